package dev.kohakku.controller.retention;

import dev.kohakku.common.task.TaskState;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long tasks are kept after their end. Off by default: what is deleted does not come back, and
 * an upgrade must not delete what somebody counts on.
 *
 * @param completed those that completed or were cancelled; zero keeps them for ever
 * @param failed those that failed or timed out; zero keeps them for ever
 */
@ConfigurationProperties(prefix = "kohakku.retention", ignoreUnknownFields = false)
record RetentionProperties(
        @DefaultValue("0s") Duration completed, @DefaultValue("0s") Duration failed) {

    /** A workflow and a receiver of a callback may ask for what they were told of. */
    private static final Duration LEAST = Duration.ofHours(1);

    RetentionProperties {
        refuseTooShort("completed", completed);
        refuseTooShort("failed", failed);
    }

    private static void refuseTooShort(String key, Duration value) {
        if (!value.isZero() && value.compareTo(LEAST) < 0) {
            throw new IllegalArgumentException(
                    "kohakku.retention.%s must be at least 1h, or 0s to keep tasks for ever, not %s"
                            .formatted(key, value));
        }
    }

    /** How long tasks in a terminal state are kept; zero for ever. */
    Duration of(TaskState terminal) {
        return switch (terminal) {
            case COMPLETED, CANCELLED -> completed;
            case FAILED, TIMED_OUT -> failed;
            case PENDING, QUEUED, PROVISIONING, RUNNING, CANCELLING ->
                    throw new IllegalArgumentException(terminal + " is not terminal");
        };
    }
}
