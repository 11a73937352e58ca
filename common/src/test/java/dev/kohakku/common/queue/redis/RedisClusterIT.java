package dev.kohakku.common.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.log.LiveLog;
import dev.kohakku.common.log.LiveLogContract;
import dev.kohakku.common.queue.PoolStreams;
import dev.kohakku.common.queue.TaskQueue;
import dev.kohakku.common.queue.TaskQueueContract;
import dev.kohakku.common.task.RuntimeType;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** All that is kept in Redis, on a cluster of three: keys of one script must share a node. */
class RedisClusterIT {

    private static final Duration LEASE = Duration.ofMinutes(1);

    private static InstalledRedis.Cluster cluster;
    private static RedisConnections connections;

    @BeforeAll
    static void start() {
        cluster = InstalledRedis.Cluster.start();
        connections = new RedisConnections(InstalledRedis.patient(cluster.url()));
    }

    @AfterAll
    static void stop() {
        if (connections != null) {
            connections.close();
            cluster.close();
        }
    }

    @Test
    void theServersPassTheCheckAndEachIsAskedForItsPolicy() {
        connections.check();

        var roles = new RedisRoles(connections);
        roles.checkAtStart();

        assertThat(roles.standings())
                .allSatisfy(each -> {
                    assertThat(each.isUp()).isTrue();
                    assertThat(each.policy()).isEqualTo("noeviction");
                    assertThat(each.advice()).isEmpty();
                });
    }

    @Test
    void stateIsKept() {
        var state = new StateRedis(connections);
        for (var key : List.of("one", "two", "three", "four")) {
            state.putFields("state-" + key, Map.of("a", key), LEASE);
            assertThat(state.hash("state-" + key)).isEqualTo(Map.of("a", key));
        }
    }

    @Test
    void aWordIsHeardWhateverNodeItIsCalledAt() throws Exception {
        var heard = new Semaphore(0);
        try (var there = new WakeChannel(connections, "cluster");
                var here = new WakeChannel(connections, "cluster")) {
            there.listen(_ -> heard.release());

            here.call(List.of("dispatch"));

            assertThat(heard.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Nested
    class AsStream extends TaskQueueContract {

        private final String stream = "queue-" + UUID.randomUUID();
        private final Map<String, RedisStreamQueue> consumers = new HashMap<>();

        @Override
        protected synchronized TaskQueue consumer(String name) {
            return consumers.computeIfAbsent(
                    name,
                    another -> new RedisStreamQueue(connections, stream, "dispatchers", name));
        }

        @AfterEach
        void close() {
            consumers.values().forEach(RedisStreamQueue::close);
        }
    }

    /** Of a pool with two types: its streams are read by one command. */
    @Nested
    class AsPool extends TaskQueueContract {

        private final String queue = PoolStreams.anyOf("queue-" + UUID.randomUUID());
        private final Map<String, RedisPoolQueue> consumers = new HashMap<>();

        @Override
        protected synchronized TaskQueue consumer(String name) {
            return consumers.computeIfAbsent(
                    name,
                    another ->
                            new RedisPoolQueue(
                                    connections,
                                    queue,
                                    () -> Set.of(RuntimeType.LOCAL, RuntimeType.K8S),
                                    "dispatchers",
                                    name));
        }

        @AfterEach
        void close() {
            consumers.values().forEach(RedisPoolQueue::close);
        }
    }

    @Nested
    class AsList extends TaskQueueContract {

        private final String list = RedisListQueue.nameOf("queue-" + UUID.randomUUID(), "d-1");
        private final Map<String, RedisListQueue> consumers = new HashMap<>();

        @Override
        protected synchronized TaskQueue consumer(String name) {
            return consumers.computeIfAbsent(
                    name, another -> new RedisListQueue(connections, list, name, LEASE));
        }

        @Override
        protected void dies(String name) {
            var lease = connections.queue().connector().beside(list, ":lease");
            connections.queue().<Long>call("DEL", commands -> commands.del(lease));
        }

        @AfterEach
        void close() {
            consumers.values().forEach(RedisListQueue::close);
        }
    }

    @Nested
    class OfLogs extends LiveLogContract {

        @Override
        protected LiveLog log() {
            return new RedisLiveLog(connections);
        }
    }
}
