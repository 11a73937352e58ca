package dev.kohakku.controller.task;

import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A wished new attempt in place of the current one.
 *
 * @param task whose
 * @param fence what the writer believes to be current; null when the owner is given up
 * @param actor who asks for it
 * @param attemptState how the current attempt ended: {@code FAILED} or {@code TIMED_OUT}
 * @param ending what is known of its end
 * @param backOff how long the new attempt waits before it may be dispatched
 * @param deadline how long it may wait in all, see {@link Deadlines#waiting}
 */
public record Retry(
        TaskId task,
        @Nullable Fence fence,
        String actor,
        TaskState attemptState,
        Transition.Ending ending,
        Duration backOff,
        Duration deadline) {

    public Retry {
        if (attemptState != TaskState.FAILED && attemptState != TaskState.TIMED_OUT) {
            throw new IllegalArgumentException(
                    "only a failed or timed out attempt is followed by another, not "
                            + attemptState);
        }
    }

    /** The move of the task. */
    Transition move() {
        var words = ending.errorMessage() == null ? "no reason given" : ending.errorMessage();
        return Transition.to(TaskState.PENDING, task, fence, deadline, actor)
                .saying(
                        "The attempt ended as " + attemptState + " and another follows: " + words,
                        ending.failureKind() == null
                                ? Map.of()
                                : Map.of("failure_kind", ending.failureKind().name()));
    }
}
