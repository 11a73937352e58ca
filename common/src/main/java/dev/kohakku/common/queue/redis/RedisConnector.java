package dev.kohakku.common.queue.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.async.RedisAdvancedClusterAsyncCommands;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Opens connections to where one role is: to a server, to the one that Sentinels name, or to a
 * cluster. Thread-safe; nothing is contacted before something is opened.
 */
sealed interface RedisConnector extends AutoCloseable {

    /** A connection and the commands it takes. */
    record Session(
            StatefulConnection<String, String> connection,
            RedisClusterAsyncCommands<String, String> commands) {}

    /** Opens one; completes exceptionally while nobody answers. */
    CompletableFuture<Session> open();

    /** Opens one that listens to channels. */
    CompletableFuture<? extends StatefulRedisPubSubConnection<String, String>> openListening();

    /** What each server that takes writes says of itself in a section of {@code INFO}. */
    CompletableFuture<List<String>> describe(
            RedisClusterAsyncCommands<String, String> commands, String section);

    /** The most an answer is waited for. */
    Duration timeout();

    /**
     * The name of a key that scripts use together with another.
     *
     * @return {@code key + suffix}; in a cluster with the first in braces where it has none, so
     *     that both are on one node
     */
    String beside(String key, String suffix);

    @Override
    void close();

    /** Opens nothing yet. */
    static RedisConnector to(
            RedisAddress address, ClientResources resources, ClientOptions options) {
        return switch (address) {
            case RedisAddress.Server server -> new OneServer(server, resources, options);
            case RedisAddress.Cluster cluster -> new OfCluster(cluster, resources, options);
        };
    }

    /** How a client's options are of which a cluster is told more. */
    static ClientOptions options(RedisAddress address, ClientOptions usual) {
        return switch (address) {
            case RedisAddress.Server _ -> usual;
            case RedisAddress.Cluster _ ->
                    ClusterClientOptions.builder(usual)
                            .topologyRefreshOptions(OfCluster.REFRESH)
                            .build();
        };
    }

    /** A server, which Sentinels may name. */
    final class OneServer implements RedisConnector {

        private final RedisClient client;
        private final RedisAddress.Server server;

        private OneServer(
                RedisAddress.Server server, ClientResources resources, ClientOptions options) {
            this.client = RedisClient.create(resources);
            this.server = server;
            client.setOptions(options);
        }

        @Override
        public CompletableFuture<Session> open() {
            return client.connectAsync(StringCodec.UTF8, server.uri())
                    .toCompletableFuture()
                    .thenApply(opened -> new Session(opened, opened.async()));
        }

        @Override
        public CompletableFuture<StatefulRedisPubSubConnection<String, String>> openListening() {
            return client.connectPubSubAsync(StringCodec.UTF8, server.uri()).toCompletableFuture();
        }

        @Override
        public CompletableFuture<List<String>> describe(
                RedisClusterAsyncCommands<String, String> commands, String section) {
            return commands.info(section).toCompletableFuture().thenApply(List::of);
        }

        @Override
        public Duration timeout() {
            return server.uri().getTimeout();
        }

        @Override
        public String beside(String key, String suffix) {
            return key + suffix;
        }

        @Override
        public void close() {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    /** A cluster, whose nodes change. */
    final class OfCluster implements RedisConnector {

        private static final ClusterTopologyRefreshOptions REFRESH =
                ClusterTopologyRefreshOptions.builder()
                        // why so often: the first trigger comes before the failover is through.
                        .adaptiveRefreshTriggersTimeout(Duration.ofSeconds(1))
                        .enablePeriodicRefresh(Duration.ofSeconds(15))
                        .build();

        private final RedisClusterClient client;
        private final RedisAddress.Cluster cluster;

        private OfCluster(
                RedisAddress.Cluster cluster, ClientResources resources, ClientOptions options) {
            this.client = RedisClusterClient.create(resources, cluster.seeds());
            this.cluster = cluster;
            client.setOptions((ClusterClientOptions) options);
        }

        @Override
        public CompletableFuture<Session> open() {
            return nodesKnown()
                    .thenCompose(_ -> client.connectAsync(StringCodec.UTF8))
                    .thenApply(opened -> new Session(opened, opened.async()));
        }

        @Override
        public CompletableFuture<? extends StatefulRedisPubSubConnection<String, String>>
                openListening() {
            return nodesKnown().thenCompose(_ -> client.connectPubSubAsync(StringCodec.UTF8));
        }

        private CompletableFuture<?> nodesKnown() {
            // why on a thread of its own: it blocks, and an interrupt would be told as a failure.
            return CompletableFuture.supplyAsync(
                    client::getPartitions, task -> Thread.ofVirtual().start(task));
        }

        @Override
        public CompletableFuture<List<String>> describe(
                RedisClusterAsyncCommands<String, String> commands, String section) {
            var nodes = (RedisAdvancedClusterAsyncCommands<String, String>) commands;
            return nodes.upstream().commands().info(section).toCompletableFuture();
        }

        @Override
        public Duration timeout() {
            return cluster.uri().getTimeout();
        }

        @Override
        public String beside(String key, String suffix) {
            return key.contains("{") ? key + suffix : "{" + key + "}" + suffix;
        }

        @Override
        public void close() {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }
}
