package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.AttemptOutcome;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.wire.Callback;
import dev.kohakku.common.wire.StorableText;
import dev.kohakku.dispatcher.agent.CheckBack;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt ended, and what its agent left.
 *
 * @param checkBack null where there is none
 */
record Ending(AttemptOutcome outcome, @Nullable CheckBack checkBack) {

    private static final int LONGEST_MESSAGE = 5_000;

    /** An end without a word of an agent. */
    static Ending of(AttemptOutcome outcome) {
        return new Ending(outcome, null);
    }

    /** The terminal report of this end. */
    Callback callback(AttemptId attempt, Epoch epoch, Instant at) {
        return new Callback(
                status(),
                outcome.exitCode(),
                kind(),
                checkBack == null ? null : checkBack.resultKey(),
                metadata(),
                fitting(message()),
                at,
                attempt.task(),
                attempt.number(),
                epoch,
                "logs/" + attempt.task() + "/" + attempt.number());
    }

    /** In OpenTelemetry's words for CI/CD. */
    String result() {
        return switch (outcome) {
            case AttemptOutcome.Completed _ -> "success";
            case AttemptOutcome.Failed _ -> "failure";
            case AttemptOutcome.TimedOut _ -> "timeout";
            case AttemptOutcome.Cancelled _ -> "cancellation";
        };
    }

    private Callback.Status status() {
        return switch (outcome) {
            case AttemptOutcome.Completed _ -> Callback.Status.COMPLETED;
            case AttemptOutcome.Failed _ -> Callback.Status.FAILED;
            case AttemptOutcome.TimedOut _ -> Callback.Status.TIMED_OUT;
            case AttemptOutcome.Cancelled _ -> Callback.Status.CANCELLED;
        };
    }

    private @Nullable FailureKind kind() {
        return switch (outcome) {
            case AttemptOutcome.Failed failed -> failed.kind();
            case AttemptOutcome.TimedOut timedOut -> timedOut.kind();
            case AttemptOutcome.Completed _, AttemptOutcome.Cancelled _ -> null;
        };
    }

    private @Nullable String message() {
        return switch (outcome) {
            case AttemptOutcome.Failed failed -> failed.message();
            case AttemptOutcome.TimedOut timedOut -> timedOut.message();
            case AttemptOutcome.Completed _, AttemptOutcome.Cancelled _ -> null;
        };
    }

    private @Nullable Map<String, Object> metadata() {
        return checkBack == null ? null : checkBack.resultMetadata();
    }

    /** why: engines and agents say what they like, and the end is refused for it. */
    private static @Nullable String fitting(@Nullable String message) {
        return message == null ? null : StorableText.mended(message, LONGEST_MESSAGE);
    }
}
