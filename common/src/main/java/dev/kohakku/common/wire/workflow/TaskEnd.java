package dev.kohakku.common.wire.workflow;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a task ended, as workflows hear of it.
 *
 * @param taskId which
 * @param state the name of a terminal {@code TaskState}
 * @param exitCode null where no container ran
 * @param failureKind the name of a {@code FailureKind}; null unless it failed or timed out
 * @param errorMessage one sentence for a person; null for a success
 * @param resultKey where the result is in the object store; null for none
 * @param resultMetadata what the agent says of it; null for nothing
 */
public record TaskEnd(
        String taskId,
        String state,
        @Nullable Integer exitCode,
        @Nullable String failureKind,
        @Nullable String errorMessage,
        @Nullable String resultKey,
        @Nullable Map<String, Object> resultMetadata) {}
