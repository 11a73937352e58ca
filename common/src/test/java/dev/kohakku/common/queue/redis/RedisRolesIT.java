package dev.kohakku.common.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kohakku.standalone.engine.EmbeddedRedis;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.protocol.CommandType;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One server, whose settings are changed. */
class RedisRolesIT {

    private EmbeddedRedis redis;
    private RedisConnections connections;
    private RedisRoles roles;

    @BeforeEach
    void start() {
        redis = EmbeddedRedis.start();
        connections = new RedisConnections(InstalledRedis.patient(redis.url()));
        roles = new RedisRoles(connections);
    }

    @AfterEach
    void stop() {
        connections.close();
        redis.close();
    }

    private void set(String... settings) {
        try (var client = RedisClient.create(redis.url())) {
            for (var i = 0; i < settings.length; i += 2) {
                client.connect().sync().configSet(Map.of(settings[i], settings[i + 1]));
            }
        }
    }

    private RedisStanding queue() {
        return roles.standings().getFirst();
    }

    @Test
    void anEvictingQueueStopsTheStartAndSaysTheCure() {
        set("maxmemory-policy", "allkeys-lru");

        assertThatThrownBy(roles::checkAtStart)
                .isInstanceOf(UnfitRedisException.class)
                .hasMessage(
                        "REDIS_URL leads to a Redis with maxmemory-policy allkeys-lru, which"
                                + " removes entries of the queue when its memory is full; it must"
                                + " be noeviction: run 'redis-cli CONFIG SET maxmemory-policy"
                                + " noeviction' and set it in redis.conf");

        set("maxmemory-policy", "noeviction");
        roles.checkAtStart();
    }

    @Test
    void aQueueInMemoryOnlyIsSaidAndStopsNothing() {
        roles.checkAtStart();
        assertThat(queue().advice())
                .singleElement()
                .asString()
                .startsWith("REDIS_URL has appendonly no");

        set("appendonly", "yes");
        roles.look();

        assertThat(queue().advice()).isEmpty();
    }

    @Test
    void oneThatBeginsToEvictLaterIsSeenByItsMeters() {
        var meters = new SimpleMeterRegistry();
        roles.checkAtStart();
        roles.bindTo(meters);
        assertThat(meters.get("kohakku.redis.role.fit").tag("role", "queue").gauge().value())
                .isEqualTo(1);

        set("maxmemory-policy", "volatile-ttl", "maxmemory", "100mb");
        roles.look();

        assertThat(meters.get("kohakku.redis.role.fit").tag("role", "queue").gauge().value())
                .isZero();
        assertThat(meters.get("kohakku.redis.role.up").tag("role", "cache").gauge().value())
                .isEqualTo(1);
        assertThat(
                        meters.get("kohakku.redis.memory.max.bytes")
                                .tag("role", "queue")
                                .gauge()
                                .value())
                .isEqualTo(100 << 20);
        assertThat(
                        meters.get("kohakku.redis.policy")
                                .tag("role", "state")
                                .tag("policy", "volatile-ttl")
                                .gauge()
                                .value())
                .isEqualTo(1);
    }

    @Test
    void oneThatIsAwayStopsNothingAndIsNamed() {
        redis.close();

        roles.checkAtStart();

        assertThat(queue().isUp()).isFalse();
        assertThat(queue().away()).startsWith("REDIS_URL does not answer: ");
    }

    @Test
    void oneThatForbidsTheQuestionIsNamedAndStopsNothing() {
        try (var client = RedisClient.create(redis.url())) {
            client.connect()
                    .sync()
                    .aclSetuser("default", AclSetuserArgs.Builder.removeCommand(CommandType.INFO));
        }

        roles.checkAtStart();

        assertThat(queue().isUp()).isTrue();
        assertThat(queue().policy()).isEqualTo("unknown");
        assertThat(queue().advice()).singleElement().asString().contains("does not tell");
    }
}
