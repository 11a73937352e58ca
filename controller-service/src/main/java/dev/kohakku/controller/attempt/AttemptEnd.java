package dev.kohakku.controller.attempt;

import dev.kohakku.common.task.TaskState;
import dev.kohakku.controller.task.Transition;
import java.util.Map;

/**
 * How an attempt ended.
 *
 * @param state terminal: what becomes of the task unless another attempt follows
 * @param ending the facts
 * @param actor who says so
 * @param detail data for the timeline
 */
public record AttemptEnd(
        TaskState state, Transition.Ending ending, String actor, Map<String, Object> detail) {

    public AttemptEnd {
        if (!state.isTerminal()) {
            throw new IllegalArgumentException("an attempt does not end as " + state);
        }
    }

    /** Whether the unchanged task, tried again, may succeed. */
    boolean isRetryable() {
        var kind = ending.failureKind();
        return kind != null
                && kind.isRetryable()
                && (state == TaskState.FAILED || state == TaskState.TIMED_OUT);
    }
}
