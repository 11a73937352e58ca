package dev.kohakku.controller.notification;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskState;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An end to be announced.
 *
 * @param id of its row
 * @param target whom: a workflow's id, a URL
 * @param place host and port of a URL, an empty text for other targets: what may be slow as a whole
 * @param tries this one included
 * @param task what ended
 */
record Announcement(long id, String target, String place, int tries, EndedTask task) {

    /** A task that has ended. */
    record EndedTask(
            AttemptId attempt,
            Epoch epoch,
            String name,
            TaskState state,
            Map<String, String> labels,
            @Nullable Integer exitCode,
            @Nullable FailureKind failureKind,
            @Nullable String errorMessage,
            @Nullable String resultKey,
            @Nullable Map<String, Object> resultMetadata,
            Instant createdAt,
            Instant finishedAt,
            @Nullable String traceparent) {}
}
