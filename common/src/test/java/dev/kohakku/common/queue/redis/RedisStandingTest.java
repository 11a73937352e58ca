package dev.kohakku.common.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RedisStandingTest {

    private static final Map<String, String> GOOD =
            Map.of("maxmemory_policy", "noeviction", "aof_enabled", "1", "used_memory", "5");
    private static final Map<String, String> EVICTING =
            Map.of("maxmemory_policy", "allkeys-lru", "aof_enabled", "1", "used_memory", "7");

    @Test
    void oneNodeOfAClusterThatEvictsIsEnough() {
        var standing =
                RedisStanding.of(RedisRole.QUEUE, "QUEUE_REDIS_URL", List.of(GOOD, EVICTING, GOOD));

        assertThat(standing.unfit()).startsWith("QUEUE_REDIS_URL leads to").contains("allkeys-lru");
        assertThat(standing.used()).isEqualTo(17);
    }

    @Test
    void anEvictingStateIsSaidAndStopsNothing() {
        var standing = RedisStanding.of(RedisRole.STATE, "STATE_REDIS_URL", List.of(EVICTING));

        assertThat(standing.unfit()).isNull();
        assertThat(standing.advice()).singleElement().asString().contains("live logs");
    }

    @Test
    void aCacheMayEvictAndNeedsNoDisk() {
        var cache = Map.of("maxmemory_policy", "allkeys-lfu", "aof_enabled", "0");
        var standing = RedisStanding.of(RedisRole.CACHE, "CACHE_REDIS_URL", List.of(cache));

        assertThat(standing.unfit()).isNull();
        assertThat(standing.advice()).isEmpty();
        assertThat(standing.policy()).isEqualTo("allkeys-lfu");
    }
}
