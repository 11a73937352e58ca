package dev.kohakku.controller.task;

import dev.kohakku.common.task.TaskState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One try of a task, as it stands or ended. */
record AttemptView(
        int number,
        TaskState state,
        long epoch,
        @Nullable String dispatcherId,
        @Nullable String containerId,
        @Nullable Integer exitCode,
        TaskView.@Nullable FailureView failure,
        @Nullable String errorMessage,
        @Nullable String resultKey,
        Instant createdAt,
        @Nullable Instant claimedAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {}
