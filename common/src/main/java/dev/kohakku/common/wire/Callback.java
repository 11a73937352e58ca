package dev.kohakku.common.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskId;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The terminal report of an attempt.
 *
 * @param status how it ended
 * @param exitCode null where the container never ran
 * @param failureKind why, for {@code failed} and {@code timed_out}; null means {@link
 *     FailureKind#EXIT_CODE}
 * @param resultKey where the result is in the object store; up to 500 characters
 * @param resultMetadata what the agent says of it; null for nothing
 * @param errorMessage one sentence for a person; up to 5,000 characters
 * @param completedAt when, by the dispatcher's clock
 * @param taskId the task
 * @param attempt the attempt, from 1
 * @param epoch of the claim
 * @param logStream where the archived log is; up to 1,000 characters
 */
public record Callback(
        Status status,
        @Nullable Integer exitCode,
        @Nullable FailureKind failureKind,
        @Nullable String resultKey,
        @Nullable Map<String, Object> resultMetadata,
        @Nullable String errorMessage,
        Instant completedAt,
        TaskId taskId,
        int attempt,
        Epoch epoch,
        @Nullable String logStream) {

    /** How an attempt can end. */
    public enum Status {
        @JsonProperty("completed")
        COMPLETED,
        @JsonProperty("failed")
        FAILED,
        @JsonProperty("timed_out")
        TIMED_OUT,
        @JsonProperty("cancelled")
        CANCELLED
    }
}
