package dev.kohakku.common.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.queue.DeadLetter;
import dev.kohakku.common.queue.Delivery;
import dev.kohakku.common.queue.QueuedAttempt;
import dev.kohakku.common.queue.TaskQueue;
import dev.kohakku.common.queue.TaskQueueContract;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.standalone.engine.TestEngines;
import io.lettuce.core.Consumer;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisStreamQueueIT extends TaskQueueContract {

    private static final String GROUP = "dispatchers";

    private final String stream = "queue-" + UUID.randomUUID();
    private final Map<String, RedisStreamQueue> consumers = new HashMap<>();
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
        consumers.values().forEach(RedisStreamQueue::close);
        connections.close();
        client.shutdown();
    }

    @Override
    protected synchronized TaskQueue consumer(String name) {
        return consumers.computeIfAbsent(
                name, another -> new RedisStreamQueue(connections, stream, GROUP, name));
    }

    private List<Map<String, String>> letters() {
        return redis.xrange(stream + ":dead", Range.unbounded()).stream()
                .map(StreamMessage::getBody)
                .toList();
    }

    @Test
    void theFieldsAreTheOnesOfTheContract() {
        var attempt = TestingIds.newAttempt();
        consumer("one").enqueue(List.of(new QueuedAttempt(attempt, "00-aa-bb-01")));

        assertThat(redis.xrange(stream, Range.unbounded()))
                .singleElement()
                .extracting(StreamMessage::getBody)
                .isEqualTo(
                        Map.of(
                                "task_id",
                                attempt.task().toString(),
                                "attempt",
                                "1",
                                "traceparent",
                                "00-aa-bb-01"));
    }

    @Test
    void entriesThatCannotBeReadAreBuriedWithTheReasonAndTheGoodOnesDelivered() throws Exception {
        var task = TestingIds.newTask().toString();
        var nameless = redis.xadd(stream, Map.of("attempt", "1"));
        redis.xadd(stream, Map.of("task_id", "no-uuid", "attempt", "1"));
        redis.xadd(stream, Map.of("task_id", task));
        redis.xadd(stream, Map.of("task_id", task, "attempt", "0"));
        redis.xadd(stream, Map.of("task_id", task, "attempt", "many"));
        var good = newEntry();
        consumer("one").enqueue(List.of(good));

        assertThat(takeAll(consumer("one"), 1)).extracting(Delivery::queued).containsExactly(good);
        assertThat(reasons())
                .containsExactly(
                        "task_id is missing",
                        "task_id 'no-uuid' is not a UUID",
                        "attempt is missing",
                        "attempt '0' is not a number from 1",
                        "attempt 'many' is not a number from 1");
        assertThat(letters().getFirst())
                .isEqualTo(
                        Map.of(
                                "reason",
                                "task_id is missing",
                                "entry_id",
                                nameless,
                                "attempt",
                                "1"));
        assertThat(consumer("two").takeOver(10, AT_ONCE, Set.of()))
                .extracting(Delivery::queued)
                .containsExactly(good);
        assertThat(redis.xlen(stream)).isEqualTo(1);
    }

    @Test
    @SuppressWarnings("unchecked") // why: the client takes a generic vararg
    void aMalformedEntryOfADeadConsumerIsBuriedWhenItIsTakenOver() throws Exception {
        consumer("one").take(1, AT_ONCE);
        redis.xadd(stream, Map.of("task_id", "no-uuid", "attempt", "1"));
        redis.xreadgroup(Consumer.from(GROUP, "dead"), XReadArgs.StreamOffset.lastConsumed(stream));

        assertThat(consumer("one").takeOver(10, AT_ONCE, Set.of())).isEmpty();
        assertThat(reasons()).containsExactly("task_id 'no-uuid' is not a UUID");
        assertThat(redis.xpending(stream, GROUP).getCount()).isZero();
    }

    @Test
    void aDeadLetterThatCannotBeReadShowsItsFieldsWhateverTheyAreCalled() throws Exception {
        consumer("one").take(1, AT_ONCE);
        redis.xadd(stream, Map.of("reason", "mine", "attempt", "\0"));
        consumer("one").take(1, AT_ONCE);

        assertThat(consumer("one").deadLetters(10))
                .singleElement()
                .satisfies(letter -> {
                    assertThat(letter.reason()).isEqualTo("task_id is missing");
                    assertThat(letter.fields())
                            .isEqualTo(Map.of("reason", "mine", "attempt", "\0"));
                    assertThat(letter.queued()).isNull();
                });
    }

    @Test
    void whatSomethingElseWroteAmongTheDeadLettersIsShownAsItIs() {
        var id = redis.xadd(stream + ":dead", Map.of("a", "b"));

        assertThat(consumer("one").deadLetters(10))
                .containsExactly(
                        new DeadLetter(
                                id, id, "not a dead letter of the queue", Map.of("a", "b"), null));
    }

    @Test
    void entriesDeletedWhilePendingAreDropped() throws Exception {
        consumer("one").enqueue(newEntries(2));
        var taken = takeAll(consumer("one"), 2);
        redis.xdel(stream, taken.getFirst().entryId());

        assertThat(consumer("two").takeOver(10, AT_ONCE, Set.of()))
                .extracting(Delivery::entryId)
                .containsExactly(taken.getLast().entryId());
        assertThat(redis.xpending(stream, GROUP).getCount()).isEqualTo(1);
    }

    @Test
    void aMissingGroupIsMadeAgainAndMissesNothing() throws Exception {
        consumer("one").enqueue(newEntries(1));
        takeAll(consumer("one"), 1);
        redis.xgroupDestroy(stream, GROUP);
        consumer("one").enqueue(newEntries(1));

        // why two: the first one's pending mark went with the group, its entry did not.
        assertThat(takeAll(consumer("one"), 2)).hasSize(2);
    }

    @Test
    void aStreamThatVanishedIsMadeAgain() throws Exception {
        consumer("one").enqueue(newEntries(1));
        var taken = takeAll(consumer("one"), 1).getFirst();
        redis.del(stream);

        consumer("one").acknowledge(taken);
        assertThat(consumer("one").takeOver(1, AT_ONCE, Set.of())).isEmpty();
        var entry = newEntry();
        consumer("one").enqueue(List.of(entry));

        assertThat(takeAll(consumer("one"), 1)).extracting(Delivery::queued).containsExactly(entry);
    }

    @Test
    void anAcknowledgedEntryLeavesTheStreamAndThePendingList() throws Exception {
        consumer("one").enqueue(newEntries(1));
        consumer("one").acknowledge(takeAll(consumer("one"), 1).getFirst());

        assertThat(redis.xlen(stream)).isZero();
        assertThat(redis.xpending(stream, GROUP).getCount()).isZero();
    }
}
