package dev.kohakku.common.queue.redis;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * Small live state in the state Redis, shared by all replicas: texts and hashes, each with an end.
 * Whatever is kept here can be lost and must be bearable to lose. Thread-safe, blocking; every
 * failure is a {@link RedisUnavailableException}, after which the write may or may not have
 * happened.
 */
public final class StateRedis {

    private final RedisConnections connections;
    private final StringRedisTemplate redis;

    public StateRedis(RedisConnections connections) {
        this.connections = connections;
        this.redis = connections.state();
    }

    /** The text under a key. */
    public Optional<String> get(String key) {
        return call(key, () -> Optional.ofNullable(redis.opsForValue().get(key)));
    }

    /** Writes a text, replacing one, that disappears after {@code ttl}. Idempotent. */
    public void set(String key, String value, Duration ttl) {
        call(
                key,
                () -> {
                    redis.opsForValue().set(key, value, ttl);
                    return true;
                });
    }

    /**
     * Writes a text where there is none.
     *
     * @return whether it was written; false also when a repetition finds its own first write
     */
    public boolean setIfAbsent(String key, String value, Duration ttl) {
        return call(
                key, () -> Boolean.TRUE.equals(redis.opsForValue().setIfAbsent(key, value, ttl)));
    }

    /** The fields of a hash, empty when there is none. */
    public Map<String, String> hash(String key) {
        return call(key, () -> new HashMap<>(redis.<String, String>opsForHash().entries(key)));
    }

    /** One field of a hash. */
    public Optional<String> field(String key, String field) {
        return call(
                key, () -> Optional.ofNullable(redis.<String, String>opsForHash().get(key, field)));
    }

    /**
     * Writes fields into a hash, leaving its others, and lets the whole hash disappear after {@code
     * ttl} from now. Idempotent.
     */
    public void putFields(String key, Map<String, String> fields, Duration ttl) {
        call(
                key,
                () -> {
                    redis.opsForHash().putAll(key, fields);
                    return redis.expire(key, ttl);
                });
    }

    /**
     * Writes one field of a hash where it is absent, and lets the whole hash disappear after {@code
     * ttl} from now.
     *
     * @return whether it was written
     */
    public boolean putFieldIfAbsent(String key, String field, String value, Duration ttl) {
        return call(
                key,
                () -> {
                    var written =
                            Boolean.TRUE.equals(redis.opsForHash().putIfAbsent(key, field, value));
                    redis.expire(key, ttl);
                    return written;
                });
    }

    /** Removes a text or a hash. Idempotent. */
    public void delete(String key) {
        call(key, () -> redis.delete(key));
    }

    private <T> T call(String key, Supplier<T> command) {
        try {
            return connections.callState(command);
        } catch (DataAccessException failed) {
            throw new RedisUnavailableException(
                    "the state Redis failed at " + key + ": " + Causes.of(failed), failed);
        }
    }
}
