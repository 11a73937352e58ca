package dev.kohakku.common.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.data.redis.connection.RedisClusterConfiguration;

class RedisEndpointsTest {

    private static RedisEndpoints bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("kohakku.redis", RedisEndpoints.class);
    }

    @Test
    void byDefaultOneLocalServerServesEverything() {
        var endpoints = bind(Map.of());

        assertThat(endpoints).isEqualTo(RedisEndpoints.at("redis://127.0.0.1:6379"));
        assertThat(endpoints.queue().uri().getPort()).isEqualTo(6379);
        assertThat(endpoints.state()).isEqualTo(endpoints.queue());
        assertThat(endpoints.cache()).isEqualTo(endpoints.queue());
    }

    @Test
    void everySplitIsBoundAndGoesItsOwnWay() {
        var endpoints =
                bind(
                        Map.of(
                                "kohakku.redis.url", "redis://all:1",
                                "kohakku.redis.queue-url", "redis://queue:2/3",
                                "kohakku.redis.state-url", "rediss://state:3",
                                "kohakku.redis.cache-url", "redis://cache:4",
                                "kohakku.redis.timeout", "5s"));

        assertThat(endpoints.queue().uri().getHost()).isEqualTo("queue");
        assertThat(endpoints.queue().uri().getDatabase()).isEqualTo(3);
        assertThat(endpoints.state().uri().isSsl()).isTrue();
        assertThat(endpoints.cache().uri().getPort()).isEqualTo(4);
        assertThat(endpoints.timeout()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aBlankSplitFallsBack() {
        var endpoints =
                bind(
                        Map.of(
                                "kohakku.redis.url", "redis://all:1",
                                "kohakku.redis.queue-url", "",
                                "kohakku.redis.state-url", "  "));

        assertThat(endpoints.queue().uri().getHost()).isEqualTo("all");
        assertThat(endpoints.state().uri().getHost()).isEqualTo("all");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:6379", "http://h:1", "redis://", "redis://h:port", "x y"})
    void anAddressThatIsNoneIsRefusedByItsName(String address) {
        assertThatThrownBy(() -> RedisEndpoints.at(address))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("REDIS_URL is not the address");
        assertThatThrownBy(() ->
                        new RedisEndpoints("redis://h", address, null, null, Duration.ofSeconds(1)))
                .hasMessageStartingWith("QUEUE_REDIS_URL is not the address");
        assertThatThrownBy(() ->
                        new RedisEndpoints("redis://h", null, null, address, Duration.ofSeconds(1)))
                .hasMessageStartingWith("CACHE_REDIS_URL is not the address");
    }

    @Test
    void usersPasswordsAndTlsOfAnAddressAreKept() {
        var server = RedisEndpoints.at("rediss://kohakku:p%40ss@h:7000/2").queue().uri();

        assertThat(server.isSsl()).isTrue();
        var login = server.getCredentialsProvider().resolveCredentials().block();
        assertThat(login.getUsername()).isEqualTo("kohakku");
        assertThat(login.getPassword()).isEqualTo("p@ss".toCharArray());
        assertThat(server.getDatabase()).isEqualTo(2);
        assertThat(server.getTimeout()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void sentinelsNameTheMasterAndAreWaitedForNoLongerThanAServer() {
        var server = RedisEndpoints.at("redis-sentinel://pw@a:1,b:2/3#tasks").queue().uri();

        assertThat(server.getSentinelMasterId()).isEqualTo("tasks");
        assertThat(server.getDatabase()).isEqualTo(3);
        assertThat(server.getSentinels())
                .hasSize(2)
                .allMatch(each -> each.getTimeout().equals(Duration.ofSeconds(2)));
        assertThatThrownBy(() -> RedisEndpoints.at("redis-sentinel://a:1,b:2"))
                .hasMessageStartingWith("REDIS_URL is not the address");
    }

    @Test
    void aClusterIsAskedAtAnyOfItsNodesWithOneLogin() {
        var address = RedisEndpoints.at("rediss-cluster://kohakku:pw@a:1,b:2").queue();
        var login = (RedisClusterConfiguration) address.configuration();

        assertThat(login.getUsername()).isEqualTo("kohakku");
        assertThat(login.getPassword().get()).isEqualTo("pw".toCharArray());

        assertThat(((RedisAddress.Cluster) address).seeds())
                .extracting(RedisURI::getHost, RedisURI::getPort, RedisURI::isSsl)
                .containsExactly(tuple("a", 1, true), tuple("b", 2, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis-cluster://",
                "redis-cluster://a:1,",
                "redis-cluster://a:1/1",
                "redis-cluster://a:x",
                "redis-cluster://u:p@"
            })
    void aClusterThatIsNoneIsRefused(String address) {
        assertThatThrownBy(() -> RedisEndpoints.at(address))
                .hasMessageStartingWith("REDIS_URL is not the address");
    }

    @Test
    void aTimeoutOfZeroIsRefused() {
        assertThatThrownBy(() -> new RedisEndpoints("redis://h", null, null, null, Duration.ZERO))
                .hasMessageContaining("kohakku.redis.timeout");
    }

    @Test
    void passwordsAreNeverShown() {
        assertThat(RedisEndpoints.at("redis://user:hunter2@h:1").toString())
                .doesNotContain("hunter2", "user");
        assertThatThrownBy(() -> RedisEndpoints.at("nonsense://user:hunter2@h:1"))
                .hasMessageNotContaining("hunter2");
    }
}
