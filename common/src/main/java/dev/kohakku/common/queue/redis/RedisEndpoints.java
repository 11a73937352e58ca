package dev.kohakku.common.queue.redis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where Redis is. One server serves everything unless the splits name others; a blank split counts
 * as absent.
 *
 * @param url {@code REDIS_URL}: {@code redis://[user:password@]host:port[/database]}, {@code
 *     rediss://} for TLS, {@code redis-sentinel://…#master}, {@code redis-cluster://host:port,…}
 *     ({@code rediss-cluster://} for TLS)
 * @param queueUrl {@code QUEUE_REDIS_URL}: the streams; wants persistence and no eviction
 * @param stateUrl {@code STATE_REDIS_URL}: agent state and live logs; wants persistence
 * @param cacheUrl {@code CACHE_REDIS_URL}: what can be made again; may evict
 * @param timeout the most a command, or a connection, waits for an answer
 */
@ConfigurationProperties("kohakku.redis")
public record RedisEndpoints(
        @DefaultValue("redis://127.0.0.1:6379") String url,
        @Nullable String queueUrl,
        @Nullable String stateUrl,
        @Nullable String cacheUrl,
        @DefaultValue("2s") Duration timeout) {

    public RedisEndpoints {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("kohakku.redis.timeout must be longer than zero");
        }
        RedisAddress.parse("REDIS_URL", url, timeout);
        queueUrl = orNull("QUEUE_REDIS_URL", queueUrl, timeout);
        stateUrl = orNull("STATE_REDIS_URL", stateUrl, timeout);
        cacheUrl = orNull("CACHE_REDIS_URL", cacheUrl, timeout);
    }

    /** One server for everything. */
    public static RedisEndpoints at(String url) {
        return new RedisEndpoints(url, null, null, null, Duration.ofSeconds(2));
    }

    RedisAddress queue() {
        return queueUrl == null ? parse("REDIS_URL", url) : parse("QUEUE_REDIS_URL", queueUrl);
    }

    RedisAddress state() {
        return stateUrl == null ? parse("REDIS_URL", url) : parse("STATE_REDIS_URL", stateUrl);
    }

    RedisAddress cache() {
        return cacheUrl == null ? parse("REDIS_URL", url) : parse("CACHE_REDIS_URL", cacheUrl);
    }

    /** The setting that leads to a role's server. */
    String settingOf(RedisRole role) {
        return switch (role) {
            case QUEUE -> queueUrl == null ? "REDIS_URL" : "QUEUE_REDIS_URL";
            case STATE -> stateUrl == null ? "REDIS_URL" : "STATE_REDIS_URL";
            case CACHE -> cacheUrl == null ? "REDIS_URL" : "CACHE_REDIS_URL";
        };
    }

    private static @Nullable String orNull(String name, @Nullable String split, Duration timeout) {
        if (split == null || split.isBlank()) {
            return null;
        }
        RedisAddress.parse(name, split, timeout);
        return split;
    }

    private RedisAddress parse(String name, String address) {
        return RedisAddress.parse(name, address, timeout);
    }

    /** Leaves out user names and passwords. */
    @Override
    public String toString() {
        return "RedisEndpoints[queue="
                + queue().uri().getHost()
                + ", state="
                + state().uri().getHost()
                + ", cache="
                + cache().uri().getHost()
                + "]";
    }
}
