package dev.kohakku.common.queue.redis;

import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where Redis is. One server serves everything unless the splits name others; a blank split counts
 * as absent.
 *
 * @param url {@code REDIS_URL}: {@code redis://[user:password@]host:port[/database]}, {@code
 *     rediss://} for TLS, {@code redis-sentinel://}
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

    /** Stricter than the client, who takes {@code redis://host:port} by its letters. */
    private static final Pattern SERVER =
            Pattern.compile(
                    "rediss?://([^@/]*@)?(\\[[0-9a-fA-F:.]+]|[^:/?#@\\[]+)(:\\d{1,5})?([/?].*)?");

    public RedisEndpoints {
        parse("REDIS_URL", url);
        queueUrl = orNull("QUEUE_REDIS_URL", queueUrl);
        stateUrl = orNull("STATE_REDIS_URL", stateUrl);
        cacheUrl = orNull("CACHE_REDIS_URL", cacheUrl);
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("kohakku.redis.timeout must be longer than zero");
        }
    }

    /** One server for everything. */
    public static RedisEndpoints at(String url) {
        return new RedisEndpoints(url, null, null, null, Duration.ofSeconds(2));
    }

    RedisURI queue() {
        return queueUrl == null ? parse("REDIS_URL", url) : parse("QUEUE_REDIS_URL", queueUrl);
    }

    RedisURI state() {
        return stateUrl == null ? parse("REDIS_URL", url) : parse("STATE_REDIS_URL", stateUrl);
    }

    RedisURI cache() {
        return cacheUrl == null ? parse("REDIS_URL", url) : parse("CACHE_REDIS_URL", cacheUrl);
    }

    private static @Nullable String orNull(String name, @Nullable String url) {
        if (url == null || url.isBlank()) {
            return null;
        }
        parse(name, url);
        return url;
    }

    // why neither the text nor the cause is repeated: both may hold the password.
    private static RedisURI parse(String name, String url) {
        try {
            var uri = RedisURI.create(url);
            if (!uri.getSentinels().isEmpty()
                    || uri.getSocket() != null
                    || SERVER.matcher(url).matches()) {
                return uri;
            }
        } catch (IllegalArgumentException | NullPointerException malformed) {
            throw refused(name);
        }
        throw refused(name);
    }

    private static IllegalArgumentException refused(String name) {
        return new IllegalArgumentException(
                name
                        + " is not the address of a Redis server: write"
                        + " redis://[user:password@]host:port[/database], or rediss:// for TLS");
    }

    /** Leaves out user names and passwords. */
    @Override
    public String toString() {
        return "RedisEndpoints[queue="
                + queue().getHost()
                + ", state="
                + state().getHost()
                + ", cache="
                + cache().getHost()
                + "]";
    }
}
