package dev.kohakku.common.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kohakku.standalone.engine.TestEngines;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StateRedisIT {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static RedisConnections connections;
    private static StateRedis state;

    private final String key = "state-" + UUID.randomUUID();

    @BeforeAll
    static void connect() {
        connections = new RedisConnections(RedisEndpoints.at(TestEngines.redis().url()));
        state = new StateRedis(connections);
    }

    @AfterAll
    static void close() {
        connections.close();
    }

    @Test
    void aTextIsKeptReplacedAndDeleted() {
        assertThat(state.get(key)).isEmpty();

        state.set(key, "one", MINUTE);
        state.set(key, "two", MINUTE);
        assertThat(state.get(key)).contains("two");

        state.delete(key);
        state.delete(key);
        assertThat(state.get(key)).isEmpty();
    }

    @Test
    void onlyTheFirstOfTwoWritersWins() {
        assertThat(state.setIfAbsent(key, "one", MINUTE)).isTrue();
        assertThat(state.setIfAbsent(key, "two", MINUTE)).isFalse();
        assertThat(state.get(key)).contains("one");
    }

    @Test
    void fieldsOfAHashAreWrittenOneByOne() {
        assertThat(state.hash(key)).isEmpty();

        state.putFields(key, Map.of("a", "1", "b", "2"), MINUTE);
        state.putFields(key, Map.of("b", "3"), MINUTE);
        assertThat(state.putFieldIfAbsent(key, "a", "9", MINUTE)).isFalse();
        assertThat(state.putFieldIfAbsent(key, "c", "4", MINUTE)).isTrue();

        assertThat(state.hash(key)).isEqualTo(Map.of("a", "1", "b", "3", "c", "4"));
        assertThat(state.field(key, "c")).contains("4");
        assertThat(state.field(key, "none")).isEmpty();
    }

    @Test
    void everythingEnds() {
        var hash = key + "-hash";
        state.setIfAbsent(key, "one", MINUTE);
        state.putFieldIfAbsent(hash, "a", "1", MINUTE);

        try (var client = RedisClient.create(TestEngines.redis().url())) {
            var redis = client.connect().sync();
            assertThat(redis.ttl(key)).isBetween(1L, 60L);
            assertThat(redis.ttl(hash)).isBetween(1L, 60L);
        }
    }

    @Test
    void aServerThatIsAwayIsSaidToBeUnavailable() {
        try (var away = new RedisConnections(RedisEndpoints.at("redis://127.0.0.1:1"))) {
            var lost = new StateRedis(away);
            assertThatThrownBy(() -> lost.get(key)).isInstanceOf(RedisUnavailableException.class);
            assertThatThrownBy(() -> lost.set(key, "x", MINUTE))
                    .isInstanceOf(RedisUnavailableException.class);
        }
    }

    @Test
    void closingTwiceIsFineAndEndsTheWork() {
        var closed = new RedisConnections(RedisEndpoints.at(TestEngines.redis().url()));
        var lost = new StateRedis(closed);
        lost.set(key, "one", MINUTE);

        closed.close();
        closed.close();

        assertThatThrownBy(() -> lost.get(key)).isInstanceOf(RuntimeException.class);
        assertThat(state.get(key)).contains("one");
    }

    @Test
    void reachableServersPassTheCheck() {
        connections.check();

        assertThat(state.get(key)).isEmpty();
    }
}
