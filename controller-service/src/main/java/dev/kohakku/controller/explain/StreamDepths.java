package dev.kohakku.controller.explain;

import dev.kohakku.common.queue.QueueUnavailableException;
import dev.kohakku.common.queue.redis.RedisConnections;
import dev.kohakku.common.queue.redis.RedisStreamQueue;
import dev.kohakku.controller.dispatch.DispatchProperties;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.springframework.stereotype.Component;

/** Asks Redis how long streams are. Thread-safe. */
@Component
class StreamDepths {

    private static final String PRODUCER = "controller";

    private final RedisConnections redis;
    private final DispatchProperties dispatch;

    StreamDepths(RedisConnections redis, DispatchProperties dispatch) {
        this.redis = redis;
        this.dispatch = dispatch;
    }

    /** The depth of one stream. Blocks on Redis, no longer than its timeout. */
    StreamDepth of(String stream) {
        try (var queue = new RedisStreamQueue(redis, stream, dispatch.consumerGroup(), PRODUCER)) {
            return new StreamDepth.Known(queue.depth());
        } catch (QueueUnavailableException away) {
            return new StreamDepth.Away(Objects.requireNonNullElse(away.getMessage(), ""));
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
