package dev.kohakku.controller.task;

import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskSpec;
import dev.kohakku.common.task.TaskState;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code tasks}.
 *
 * @param redriveOf the task this one does again; null for a new one
 */
record TaskRecord(
        TaskId id,
        UUID project,
        @Nullable TaskId redriveOf,
        TaskState state,
        TaskSpec spec,
        Progress progress,
        Transition.@Nullable Ending ending,
        Moments moments) {

    /** What has become of it. */
    record Progress(
            int attempt,
            long epoch,
            @Nullable String dispatcherId,
            @Nullable String waitingReason,
            @Nullable String cancelRequestedBy,
            @Nullable String briefKey,
            @Nullable String briefSha256) {

        /** What a task begins with. */
        static final Progress NONE = new Progress(1, 0, null, null, null, null, null);
    }

    /** When. */
    record Moments(
            Instant created,
            @Nullable Instant queued,
            @Nullable Instant claimed,
            @Nullable Instant started,
            @Nullable Instant finished,
            @Nullable Instant cancelRequested,
            Instant updated) {}

    /** The same task as it was when it was accepted: what its first answer said. */
    TaskRecord asAccepted() {
        var created = moments.created();
        return new TaskRecord(
                id,
                project,
                redriveOf,
                TaskState.PENDING,
                spec,
                Progress.NONE,
                null,
                new Moments(created, null, null, null, null, null, created));
    }
}
