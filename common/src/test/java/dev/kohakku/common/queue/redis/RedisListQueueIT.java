package dev.kohakku.common.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.queue.DeadLetter;
import dev.kohakku.common.queue.Delivery;
import dev.kohakku.common.queue.QueuedAttempt;
import dev.kohakku.common.queue.TaskQueueContract;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.standalone.engine.TestEngines;
import io.lettuce.core.LMoveArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisListQueueIT extends TaskQueueContract {

    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final Duration LONG = Duration.ofHours(1);

    private final String list = RedisListQueue.nameOf("queue-" + UUID.randomUUID(), "d-1");
    private final Map<String, RedisListQueue> consumers = new HashMap<>();
    private RedisConnections connections;
    private RedisClient client;
    private RedisCommands<String, String> redis;

    @BeforeEach
    void connect() {
        var url = TestEngines.redis().url();
        connections = new RedisConnections(RedisEndpoints.at(url));
        client = RedisClient.create(url);
        redis = client.connect().sync();
    }

    @AfterEach
    void disconnect() {
        consumers.values().forEach(RedisListQueue::close);
        connections.close();
        client.shutdown();
    }

    @Override
    protected synchronized RedisListQueue consumer(String name) {
        return consumers.computeIfAbsent(
                name, another -> new RedisListQueue(connections, list, name, LEASE));
    }

    @Override
    protected void dies(String name) {
        assertThat(redis.get(list + ":lease")).isEqualTo(name);
        redis.del(list + ":lease");
    }

    @Test
    void anAttemptThatWaitsOrIsInHandsIsNotAddedAgain() throws Exception {
        var entry = newEntry();
        consumer("one").enqueue(List.of(entry, entry));
        consumer("one").enqueue(List.of(entry));
        assertThat(consumer("one").depth()).isEqualTo(1);

        var taken = takeAll(consumer("one"), 1).getFirst();
        consumer("one").enqueue(List.of(entry));
        assertThat(consumer("one").depth()).isEqualTo(1);

        consumer("one").acknowledge(taken);
        consumer("one").enqueue(List.of(entry));
        assertThat(consumer("one").depth()).isEqualTo(1);
        assertThat(takeAll(consumer("one"), 1))
                .extracting(Delivery::queued, Delivery::count)
                .containsExactly(tuple(entry, 1L));
    }

    @Test
    void anAttemptWhoseEntryWasRemovedByHandMayBeAddedAgain() {
        var entry = newEntry();
        consumer("one").enqueue(List.of(entry));
        redis.del(list);

        consumer("one").enqueue(List.of(entry));

        assertThat(consumer("one").depth()).isEqualTo(1);
    }

    @Test
    void anEntryIsWrittenAsItsIdAndItsFields() {
        var attempt = TestingIds.newAttempt();
        consumer("one").enqueue(List.of(new QueuedAttempt(attempt, "00-aa-bb-01")));

        assertThat(redis.lrange(list, 0, -1))
                .singleElement()
                .asString()
                .matches("[0-9a-f-]{36} \\{.*}")
                .endsWith(
                        "{\"task_id\":\"%s\",\"attempt\":\"1\",\"traceparent\":\"00-aa-bb-01\"}"
                                .formatted(attempt.task()));
    }

    @Test
    void onlyTheHolderOfTheLeaseIsGivenAnything() throws Exception {
        consumer("one").enqueue(newEntries(2));
        assertThat(takeAll(consumer("one"), 1)).hasSize(1);

        assertThat(consumer("two").take(1, AT_ONCE)).isEmpty();
        assertThat(consumer("two").take(1, Duration.ofMillis(20))).isEmpty();
        assertThat(consumer("two").takeOver(1, AT_ONCE, Set.of())).isEmpty();
        assertThat(consumer("two").hold()).isFalse();
        assertThat(consumer("one").take(1, AT_ONCE)).hasSize(1);
    }

    @Test
    void theLeaseIsReleasedByItsOwnerOnly() {
        assertThat(consumer("one").hold()).isTrue();

        consumer("two").release();
        assertThat(consumer("two").hold()).isFalse();

        consumer("one").release();
        assertThat(consumer("two").hold()).isTrue();
        assertThat(consumer("one").hold()).isFalse();
    }

    @Test
    void aLeaseThatNobodyRenewsRunsOut() {
        var brief = new RedisListQueue(connections, list, "brief", Duration.ofMillis(50));
        assertThat(brief.hold()).isTrue();

        await().until(() -> consumer("two").hold());
        assertThat(brief.hold()).isFalse();
        brief.close();
        assertThat(redis.get(list + ":lease")).isEqualTo("two");
    }

    @Test
    void whatTheFormerHolderHadInHandsIsTheNextOnesAtOnce() throws Exception {
        var entries = newEntries(2);
        consumer("one").enqueue(entries);
        takeAll(consumer("one"), 2);
        assertThat(consumer("one").takeOver(10, LONG, Set.of())).isEmpty();

        consumer("one").release();

        assertThat(consumer("two").takeOver(10, LONG, Set.of()))
                .extracting(Delivery::queued)
                .containsExactlyElementsOf(entries);
        assertThat(consumer("two").takeOver(10, LONG, Set.of())).isEmpty();
    }

    @Test
    void anEntryMovedByAProcessThatStoppedBeforeItWasToldIsDelivered() throws Exception {
        var entry = newEntry();
        consumer("one").enqueue(List.of(entry));
        consumer("one").hold();
        redis.lmove(list, list + ":processing", LMoveArgs.Builder.leftRight());

        // why not at once: it may be the very move whose answer is on its way.
        assertThat(consumer("one").takeOver(10, LONG, Set.of())).isEmpty();
        dies("one");

        assertThat(consumer("two").takeOver(10, LONG, Set.of()))
                .extracting(Delivery::queued, Delivery::count)
                .containsExactly(tuple(entry, 1L));
    }

    @Test
    void elementsThatCannotBeReadAreBuriedAndTheGoodOnesDelivered() throws Exception {
        var task = TestingIds.newTask().toString();
        redis.rpush(list, "nonsense", "id-1 nonsense", "id-2 {\"attempt\":\"1\"}");
        redis.rpush(list, "id-3 {\"task_id\":\"" + task + "\",\"attempt\":null}", "");
        var good = newEntry();
        consumer("one").enqueue(List.of(good));

        assertThat(takeAll(consumer("one"), 1)).extracting(Delivery::queued).containsExactly(good);
        assertThat(reasons())
                .containsExactly(
                        "task_id is missing",
                        "task_id is missing",
                        "task_id is missing",
                        "attempt is missing",
                        "task_id is missing");
        assertThat(consumer("one").deadLetters(10))
                .extracting(DeadLetter::entryId)
                .containsExactly("nonsense", "id-1", "id-2", "id-3", "");
        assertThat(consumer("one").deadLetters(1).getFirst().fields())
                .isEqualTo(Map.of("element", "nonsense"));
        assertThat(redis.lrange(list + ":processing", 0, -1)).hasSize(1);
    }

    @Test
    void whatWaitsAndWhatIsInHandsIsListed() throws Exception {
        var entries = newEntries(3);
        consumer("one").enqueue(entries);
        takeAll(consumer("one"), 1);
        redis.rpush(list, "nonsense");

        assertThat(consumer("two").waiting()).isEqualTo(entries);
    }

    @Test
    void nothingIsLeftOfWhatIsAcknowledged() throws Exception {
        consumer("one").enqueue(newEntries(1));
        consumer("one").acknowledge(takeAll(consumer("one"), 1).getFirst());
        consumer("one").release();

        assertThat(redis.keys(list + "*")).isEmpty();
    }
}
