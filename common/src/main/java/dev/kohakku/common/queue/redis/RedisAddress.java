package dev.kohakku.common.queue.redis;

import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** Where one role of Redis is. */
sealed interface RedisAddress {

    /** Stricter than the client, who takes {@code redis://host:port} by its letters. */
    Pattern SERVER =
            Pattern.compile(
                    "rediss?://([^@/]*@)?(\\[[0-9a-fA-F:.]+]|[^:/?#@\\[]+)(:\\d{1,5})?([/?].*)?");

    Pattern CLUSTER = Pattern.compile("(rediss?)-cluster://(([^@/]*)@)?([^@/]+)(/0?)?");

    /** What tells where and how to connect; of a cluster the first node that was named. */
    RedisURI uri();

    /** The same in the words of Spring Data. */
    RedisConfiguration configuration();

    /** One server, or the one that Sentinels call the master. */
    record Server(RedisURI uri) implements RedisAddress {

        @Override
        public RedisConfiguration configuration() {
            return LettuceConnectionFactory.createRedisConfiguration(uri);
        }
    }

    /**
     * A cluster.
     *
     * @param seeds some of its nodes, at least one; the others are learnt from them
     */
    record Cluster(List<RedisURI> seeds) implements RedisAddress {

        public Cluster {
            seeds = List.copyOf(seeds);
        }

        @Override
        public RedisURI uri() {
            return seeds.getFirst();
        }

        @Override
        public RedisConfiguration configuration() {
            var first =
                    (RedisStandaloneConfiguration)
                            LettuceConnectionFactory.createRedisConfiguration(uri());
            var cluster = new RedisClusterConfiguration();
            seeds.forEach(seed -> cluster.clusterNode(seed.getHost(), seed.getPort()));
            cluster.setUsername(first.getUsername());
            cluster.setPassword(first.getPassword());
            return cluster;
        }
    }

    /**
     * Reads an address.
     *
     * @param name of the setting, for the message
     * @param timeout the most anybody named there is waited for
     * @throws IllegalArgumentException where it is none; repeats nothing of it, for it may hold a
     *     password
     */
    static RedisAddress parse(String name, String url, Duration timeout) {
        // why neither the text nor the cause is repeated: both may hold the password.
        try {
            var cluster = CLUSTER.matcher(url);
            if (cluster.matches()) {
                var login = cluster.group(2) == null ? "" : cluster.group(2);
                var start = cluster.group(1) + "://" + login;
                var nodes = Arrays.asList(cluster.group(4).split(",", -1));
                return new Cluster(
                        nodes.stream().map(node -> server(name, start + node, timeout)).toList());
            }
            return new Server(server(name, url, timeout));
        } catch (IllegalArgumentException | NullPointerException malformed) {
            throw refused(name);
        }
    }

    private static RedisURI server(String name, String url, Duration timeout) {
        var uri = RedisURI.create(url);
        uri.setTimeout(timeout);
        if (!uri.getSentinels().isEmpty()) {
            if (uri.getSentinelMasterId() == null || uri.getSentinelMasterId().isBlank()) {
                throw refused(name);
            }
            // why: a silent Sentinel would be waited for by the client's own minute.
            var sentinels = new ArrayList<>(uri.getSentinels());
            sentinels.forEach(sentinel -> sentinel.setTimeout(timeout));
            return uri;
        }
        if (uri.getSocket() != null || SERVER.matcher(url).matches()) {
            return uri;
        }
        throw refused(name);
    }

    private static IllegalArgumentException refused(String name) {
        return new IllegalArgumentException(
                name
                        + " is not the address of a Redis server: write"
                        + " redis://[user:password@]host:port[/database], rediss:// for TLS,"
                        + " redis-sentinel://[user:password@]host:port,host:port[/database]#master"
                        + " or redis-cluster://[user:password@]host:port,host:port"
                        + " (rediss-cluster:// for TLS)");
    }
}
