package dev.kohakku.controller.explain;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Why a task stands where it stands.
 *
 * @param waitingFor null exactly when it has ended
 * @param ended null unless it has
 * @param evidence what its backend and its owners have said of the current attempt, the last ten,
 *     the oldest first
 */
record Explanation(
        UUID taskId,
        TaskState state,
        int attempt,
        int maxAttempts,
        Phase phase,
        @Nullable Waiting waitingFor,
        @Nullable Ended ended,
        List<Evidence> evidence) {

    /** How far a task is, in one word. */
    enum Phase {
        /** Nobody has claimed it yet. */
        WAITING,
        /** A dispatcher makes its container. */
        STARTING,
        /** Its container runs. */
        RUNNING,
        /** Its container is being stopped. */
        CANCELLING,
        /** Nothing follows. */
        ENDED;

        static Phase of(TaskState state) {
            return switch (state) {
                case PENDING, QUEUED -> WAITING;
                case PROVISIONING -> STARTING;
                case RUNNING -> RUNNING;
                case CANCELLING -> CANCELLING;
                case COMPLETED, FAILED, TIMED_OUT, CANCELLED -> ENDED;
            };
        }
    }

    /**
     * What it waits for.
     *
     * @param message one sentence for a person
     * @param since since when it has, as far as the records say
     * @param data the same for a program; its members depend on the kind
     */
    record Waiting(WaitingKind kind, String message, Instant since, Map<String, Object> data) {}

    /**
     * Why it ended.
     *
     * @param failureKind null for {@code COMPLETED} and {@code CANCELLED}, as the next two
     * @param fault whose fault it was
     * @param retryable whether the unchanged task, tried again, may succeed
     * @param attemptsLeft how many more the task would have allowed
     * @param message one sentence for a person
     * @param advice what to do; null when there is nothing to do
     */
    record Ended(
            TaskState state,
            @Nullable FailureKind failureKind,
            @Nullable String fault,
            @Nullable Boolean retryable,
            int attemptsLeft,
            String message,
            @Nullable String advice) {}

    /**
     * Something that was said of the current attempt.
     *
     * @param at when it was recorded
     * @param step the backend's step, such as {@code pulling}; else the type of the event
     */
    record Evidence(Instant at, String step, String actor, String message) {}
}
