package dev.kohakku.controller.workflow;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A workflow instance, as it is stored and shown.
 *
 * @param taskIds its tasks, the oldest first
 * @param input what it was started with; left out of lists
 * @param waitingReason what holds it up; null when nothing does
 * @param result what it ended with; null unless it is {@code COMPLETED}
 * @param errorMessage why it is {@code FAILED}
 */
record WorkflowInstance(
        UUID id,
        UUID projectId,
        String workflow,
        WorkflowState state,
        @Nullable String waitingReason,
        List<UUID> taskIds,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Map<String, Object> input,
        @Nullable Map<String, Object> result,
        @Nullable String errorMessage,
        @Nullable Instant cancelRequestedAt,
        @Nullable String cancelRequestedBy,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {}
