package dev.kohakku.dispatcher.intake;

import dev.kohakku.common.queue.PoolStreams;
import dev.kohakku.common.queue.redis.RedisListQueue;
import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.common.wire.DispatchMode;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where deliveries come from.
 *
 * @param source {@code QUEUE_SOURCE}: {@code redis-stream}, or {@code internal} for a list of this
 *     dispatcher's own
 * @param stream {@code QUEUE_STREAM_NAME}: what the names of all streams and lists are made of
 * @param group {@code QUEUE_CONSUMER_GROUP}
 * @param consumers {@code NUM_CONSUMERS}: how many deliveries are in work at once, from the read to
 *     the acknowledgement
 * @param takeOverAfter how long another consumer's delivery may stay unacknowledged before it is
 *     taken over
 * @param listLease how long this process may go on without renewing its lease of the list before
 *     another one takes it
 */
@ConfigurationProperties(value = "kohakku.queue", ignoreUnknownFields = false)
public record QueueSettings(
        @DefaultValue("redis-stream") String source,
        @DefaultValue("kohakku:tasks") String stream,
        @DefaultValue("dispatchers") String group,
        @DefaultValue("10") int consumers,
        @DefaultValue("20s") Duration takeOverAfter,
        @DefaultValue("10s") Duration listLease) {

    private static final String INTERNAL = "internal";

    /** Several reads, and a pause of the process now and then, must fit in. */
    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(3);

    public QueueSettings {
        if (!INTERNAL.equals(source) && !"redis-stream".equals(source)) {
            throw new IllegalArgumentException(
                    "QUEUE_SOURCE '" + source + "' is unknown: use redis-stream or internal");
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
        if (listLease.compareTo(SHORTEST_LEASE) < 0) {
            throw new IllegalArgumentException(
                    "kohakku.queue.list-lease ("
                            + listLease
                            + ") must be at least "
                            + SHORTEST_LEASE);
        }
    }

    /** How attempts come to this dispatcher. */
    public DispatchMode mode() {
        return INTERNAL.equals(source) ? DispatchMode.HTTP : DispatchMode.BUS;
    }

    /** Where they are found: the list of this dispatcher, or the streams of its pool, by type. */
    public String name(String dispatcher, String pool) {
        return switch (mode()) {
            case HTTP -> RedisListQueue.nameOf(stream, dispatcher);
            case BUS ->
                    PoolStreams.anyOf(
                            RuntimeTarget.DEFAULT_POOL.equals(pool)
                                    ? stream
                                    : stream + ":pool:" + pool);
        };
    }
}
