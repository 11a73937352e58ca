package dev.kohakku.controller.task;

import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskSpec;
import org.jspecify.annotations.Nullable;

/**
 * What a client wants to have done.
 *
 * @param spec validated
 * @param key null where the client gave none
 * @param traceparent the W3C trace context of the request; null where it had none
 * @param redriveOf the task that is done again; null for a new one
 */
record Submission(
        TaskSpec spec,
        @Nullable Key key,
        @Nullable String traceparent,
        @Nullable TaskId redriveOf) {

    /**
     * An idempotency key.
     *
     * @param value what the client made up
     * @param bodySha256 what it made it up for
     */
    record Key(String value, String bodySha256) {}
}
