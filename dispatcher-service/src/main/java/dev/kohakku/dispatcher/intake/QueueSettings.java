package dev.kohakku.dispatcher.intake;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where deliveries come from.
 *
 * @param source {@code QUEUE_SOURCE}: {@code redis-stream}
 * @param stream {@code QUEUE_STREAM_NAME}
 * @param group {@code QUEUE_CONSUMER_GROUP}
 * @param consumers {@code NUM_CONSUMERS}: how many deliveries are in work at once, from the read to
 *     the acknowledgement
 * @param takeOverAfter how long another consumer's delivery may stay unacknowledged before it is
 *     taken over
 */
@ConfigurationProperties(value = "kohakku.queue", ignoreUnknownFields = false)
public record QueueSettings(
        @DefaultValue("redis-stream") String source,
        @DefaultValue("kohakku:tasks") String stream,
        @DefaultValue("dispatchers") String group,
        @DefaultValue("10") int consumers,
        @DefaultValue("20s") Duration takeOverAfter) {

    public QueueSettings {
        if ("internal".equals(source)) {
            throw new IllegalArgumentException(
                    "QUEUE_SOURCE=internal is not available in this version: use redis-stream");
        }
        if (!"redis-stream".equals(source)) {
            throw new IllegalArgumentException(
                    "QUEUE_SOURCE '" + source + "' is unknown: use redis-stream");
        }
        if (stream.isBlank() || group.isBlank()) {
            throw new IllegalArgumentException(
                    "QUEUE_STREAM_NAME and QUEUE_CONSUMER_GROUP must not be blank");
        }
        if (consumers < 1) {
            throw new IllegalArgumentException(
                    "NUM_CONSUMERS must be at least 1, got " + consumers);
        }
        if (!takeOverAfter.isPositive()) {
            throw new IllegalArgumentException("kohakku.queue.take-over-after must be positive");
        }
    }
}
