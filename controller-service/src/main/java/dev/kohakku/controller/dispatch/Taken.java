package dev.kohakku.controller.dispatch;

import dev.kohakku.common.brief.BriefRef;
import dev.kohakku.common.queue.QueuedAttempt;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.common.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * A row of the outbox in a round's hands, with its task as it was when the row was taken. Without
 * the task's spec: that may be large, and a batch of them is held at once.
 *
 * @param attempt what is to be dispatched
 * @param until the mark of this taking: the row is ours while it still carries it
 * @param misfits how often its readers could not run it, where that is why the row is there
 * @param task the task's side
 */
record Taken(AttemptId attempt, OffsetDateTime until, int misfits, Task task) {

    /**
     * @param attempt the task's current attempt
     * @param brief null until it is stored; all attempts of a task work from one
     * @param remaining until the state's deadline; zero or less when it has passed
     */
    record Task(
            TaskState state,
            int attempt,
            RuntimeTarget target,
            @Nullable BriefRef brief,
            @Nullable String traceparent,
            Duration remaining,
            Instant createdAt) {}

    /** Whether it still can be dispatched; otherwise the row is left over. */
    boolean isWaiting() {
        return task.attempt() == attempt.number()
                && (task.state() == TaskState.PENDING || task.state() == TaskState.QUEUED);
    }

    QueuedAttempt entry() {
        return new QueuedAttempt(attempt, task.traceparent());
    }
}
