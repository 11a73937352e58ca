package dev.kohakku.common.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.queue.Delivery;
import dev.kohakku.common.queue.PoolStreams;
import dev.kohakku.common.queue.QueuedAttempt;
import dev.kohakku.common.queue.TaskQueue;
import dev.kohakku.common.queue.TaskQueueContract;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.standalone.engine.TestEngines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisPoolQueueIT extends TaskQueueContract {

    private static final String GROUP = "dispatchers";

    private final String legacy = "queue-" + UUID.randomUUID();
    private final String queue = PoolStreams.anyOf(legacy);
    private final Map<String, AutoCloseable> open = new HashMap<>();
    private final Set<RuntimeType> types = EnumSet.of(RuntimeType.LOCAL, RuntimeType.K8S);
    private RedisConnections connections;

    @BeforeEach
    void connect() {
        connections = new RedisConnections(RedisEndpoints.at(TestEngines.redis().url()));
    }

    @AfterEach
    void disconnect() throws Exception {
        for (var each : open.values()) {
            each.close();
        }
        connections.close();
    }

    @Override
    protected synchronized TaskQueue consumer(String name) {
        return (TaskQueue)
                open.computeIfAbsent(
                        name,
                        another ->
                                new RedisPoolQueue(
                                        connections, queue, () -> types, GROUP, another));
    }

    /** As a Controller puts entries there. */
    private RedisStreamQueue stream(String name) {
        return (RedisStreamQueue)
                open.computeIfAbsent(
                        "stream " + name,
                        _ -> new RedisStreamQueue(connections, name, GROUP, "controller"));
    }

    private List<QueuedAttempt> put(String stream, int number) {
        var entries = new ArrayList<QueuedAttempt>();
        for (var i = 0; i < number; i++) {
            entries.add(newEntry());
        }
        stream(stream).enqueue(entries);
        return entries;
    }

    private List<QueuedAttempt> take(int most) throws InterruptedException {
        return consumer("one").take(most, Duration.ofMillis(200)).stream()
                .map(Delivery::queued)
                .toList();
    }

    /** The first read of a stream only makes its group. */
    private void makeGroups() throws InterruptedException {
        types.addAll(EnumSet.allOf(RuntimeType.class));
        take(10);
        types.clear();
        types.addAll(EnumSet.of(RuntimeType.LOCAL, RuntimeType.K8S));
    }

    @Test
    void aReaderGetsOnlyWhatItCanRun() throws Exception {
        makeGroups();
        var local = put(PoolStreams.ofType(queue, RuntimeType.LOCAL), 1);
        put(PoolStreams.ofType(queue, RuntimeType.ECS), 3);

        assertThat(take(10)).isEqualTo(local);
        assertThat(take(10)).isEmpty();

        types.add(RuntimeType.ECS);
        assertThat(take(9)).hasSize(3);
    }

    @Test
    void itNeverTakesMoreThanItHasSlotsForAndTakesOfEachInTurn() throws Exception {
        makeGroups();
        put(PoolStreams.ofType(queue, RuntimeType.LOCAL), 20);
        var few = put(PoolStreams.ofType(queue, RuntimeType.K8S), 2);

        var first = take(1);
        var second = take(1);
        assertThat(first).hasSize(1);
        assertThat(second).hasSize(1);
        assertThat(take(5)).hasSizeBetween(1, 5).contains(few.getLast());
        assertThat(take(7)).hasSizeBetween(1, 7);
        assertThat(first.equals(few.subList(0, 1)) ^ second.equals(few.subList(0, 1))).isTrue();
    }

    @Test
    void whatEarlierControllersPutOnTheStreamForAllTypesIsReadToo() throws Exception {
        makeGroups();
        var old = put(legacy, 2);
        var mixed = put(queue, 2);

        var taken = new ArrayList<>(take(3));
        taken.addAll(take(3));

        assertThat(taken).containsExactlyInAnyOrderElementsOf(concat(old, mixed));
    }

    @Test
    void equalIdsOnTwoStreamsAreTwoDeliveries() throws Exception {
        makeGroups();
        put(PoolStreams.ofType(queue, RuntimeType.LOCAL), 1);
        put(PoolStreams.ofType(queue, RuntimeType.K8S), 1);
        var both = consumer("one").take(2, Duration.ofMillis(200));
        assertThat(both).extracting(Delivery::entryId).doesNotHaveDuplicates().hasSize(2);

        consumer("one").acknowledge(both.getFirst());

        assertThat(consumer("one").depth()).isEqualTo(1);
        assertThat(consumer("two").takeOver(10, Duration.ZERO, Set.of()))
                .extracting(Delivery::entryId)
                .containsExactly(both.getLast().entryId());
    }

    private static List<QueuedAttempt> concat(List<QueuedAttempt> one, List<QueuedAttempt> other) {
        var all = new ArrayList<>(one);
        all.addAll(other);
        return all;
    }
}
