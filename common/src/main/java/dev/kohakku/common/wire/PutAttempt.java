package dev.kohakku.common.wire;

import dev.kohakku.common.task.TaskId;
import org.jspecify.annotations.Nullable;

/**
 * An attempt is sent to a dispatcher: a hint that it can be claimed, without a spec or a secret.
 *
 * @param traceparent the W3C trace context of the request that created the task, null when it was
 *     not traced
 */
public record PutAttempt(TaskId taskId, int attempt, @Nullable String traceparent) {}
