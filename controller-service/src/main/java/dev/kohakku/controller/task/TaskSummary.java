package dev.kohakku.controller.task;

import dev.kohakku.common.task.TaskState;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A task in a list: what {@link TaskView} says of it, without what can be large. */
record TaskSummary(
        UUID id,
        UUID projectId,
        String name,
        TaskState state,
        @Nullable String waitingReason,
        String image,
        String runtimeType,
        int priority,
        Map<String, String> labels,
        int attempt,
        int maxAttempts,
        @Nullable String dispatcherId,
        @Nullable Integer exitCode,
        TaskView.@Nullable FailureView failure,
        @Nullable String errorMessage,
        @Nullable String resultKey,
        Instant createdAt,
        @Nullable Instant queuedAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {}
