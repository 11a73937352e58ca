package dev.kohakku.controller.explain;

import dev.kohakku.common.queue.QueueUnavailableException;
import dev.kohakku.common.queue.redis.RedisConnections;
import dev.kohakku.common.queue.redis.RedisListQueue;
import dev.kohakku.common.queue.redis.RedisStreamQueue;
import dev.kohakku.controller.dispatch.DispatchProperties;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.springframework.stereotype.Component;

/** Asks Redis how long streams are. Thread-safe. */
@Component
class StreamDepths {

    private static final String PRODUCER = "controller";

    /** Of lists that are only counted. */
    private static final Duration NEVER_TAKEN = Duration.ofSeconds(1);

    private final RedisConnections redis;
    private final DispatchProperties dispatch;

    StreamDepths(RedisConnections redis, DispatchProperties dispatch) {
        this.redis = redis;
        this.dispatch = dispatch;
    }

    /** The depth of one stream. Blocks on Redis, no longer than its timeout. */
    StreamDepth of(String stream) {
        try {
            return new StreamDepth.Known(
                    RedisListQueue.isName(stream) ? depthOfList(stream) : depthOfStream(stream));
        } catch (QueueUnavailableException away) {
            return new StreamDepth.Away(Objects.requireNonNullElse(away.getMessage(), ""));
        }
    }

    private long depthOfStream(String stream) {
        try (var queue = new RedisStreamQueue(redis, stream, dispatch.consumerGroup(), PRODUCER)) {
            return queue.depth();
        }
    }

    private long depthOfList(String list) {
        try (var queue = new RedisListQueue(redis, list, PRODUCER, NEVER_TAKEN)) {
            return queue.depth();
        }
    }

    /** The depths of several. After one that does not answer the others count as away, too. */
    Map<String, StreamDepth> of(Collection<String> streams) {
        var depths = new LinkedHashMap<String, StreamDepth>();
        StreamDepth.Away away = null;
        for (var stream : streams) {
            // why not asked: all lie on one server, and each answer that stays out costs seconds.
            var depth = away == null ? of(stream) : away;
            if (depth instanceof StreamDepth.Away first) {
                away = first;
            }
            depths.put(stream, depth);
        }
        return depths;
    }
}
