package dev.kohakku.common.queue;

import dev.kohakku.common.task.AttemptId;
import org.jspecify.annotations.Nullable;

/**
 * What travels on a queue: a hint that an attempt can be claimed. Carries no spec and no secret.
 *
 * @param attempt what to claim
 * @param traceparent the W3C trace context of the request that created the task, null when it was
 *     not traced
 */
public record QueuedAttempt(AttemptId attempt, @Nullable String traceparent) {}
