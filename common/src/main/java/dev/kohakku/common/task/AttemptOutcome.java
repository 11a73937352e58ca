package dev.kohakku.common.task;

import org.jspecify.annotations.Nullable;

/** How an attempt ended. */
public sealed interface AttemptOutcome {

    /** The exit code of the container, null where it never ran or the backend does not know it. */
    @Nullable Integer exitCode();

    /** The terminal state this outcome asks for, before the Controller decides on a retry. */
    TaskState state();

    /** Ended as wished. */
    record Completed(@Nullable Integer exitCode) implements AttemptOutcome {
        @Override
        public TaskState state() {
            return TaskState.COMPLETED;
        }
    }

    /**
     * Ended otherwise.
     *
     * @param kind why
     * @param message one sentence for a person, with the backend's own words; at most 5,000
     *     characters
     */
    record Failed(FailureKind kind, String message, @Nullable Integer exitCode)
            implements AttemptOutcome {
        @Override
        public TaskState state() {
            return TaskState.FAILED;
        }
    }

    /**
     * Stopped by a timeout.
     *
     * @param kind which of them
     * @param message one sentence that names the timeout and its length
     */
    record TimedOut(FailureKind kind, String message, @Nullable Integer exitCode)
            implements AttemptOutcome {
        @Override
        public TaskState state() {
            return TaskState.TIMED_OUT;
        }
    }

    /** Stopped because of a cancel, the container verified gone. */
    record Cancelled(@Nullable Integer exitCode) implements AttemptOutcome {
        @Override
        public TaskState state() {
            return TaskState.CANCELLED;
        }
    }
}
