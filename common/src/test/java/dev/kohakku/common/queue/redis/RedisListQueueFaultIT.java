package dev.kohakku.common.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.queue.Delivery;
import dev.kohakku.common.queue.QueueUnavailableException;
import dev.kohakku.common.queue.QueuedAttempt;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.standalone.engine.EmbeddedRedis;
import io.lettuce.core.LMoveArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holders that stop or are paused at the named points, on a Redis that comes and goes. */
class RedisListQueueFaultIT {

    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final Duration LONG = Duration.ofHours(1);

    @TempDir Path data;

    private EmbeddedRedis redis;
    private RedisConnections connections;
    private RedisClient client;
    private RedisCommands<String, String> commands;
    private RedisListQueue first;
    private RedisListQueue second;

    @BeforeEach
    void start() {
        redis = EmbeddedRedis.start(data, 0);
        connections = new RedisConnections(RedisEndpoints.at(redis.url()));
        client = RedisClient.create(redis.url());
        commands = client.connect().sync();
        first = new RedisListQueue(connections, "tasks", "first", LEASE);
        second = new RedisListQueue(connections, "tasks", "second", LEASE);
    }

    @AfterEach
    void stop() {
        first.close();
        second.close();
        client.shutdown();
        connections.close();
        redis.close();
    }

    @Test
    void aHolderPausedPastItsLeaseBetweenTheMoveAndItsAnswerGetsNothing() throws Exception {
        var entry = newEntry();
        first.hold();
        first.enqueue(List.of(entry));
        var element = commands.lmove("tasks", "tasks:processing", LMoveArgs.Builder.leftRight());
        await().atMost(PATIENT).until(second::hold);

        // why by the script: this is the step that the paused holder goes on with.
        List<Object> confirmed =
                commands.eval(
                        ListScripts.TAKE,
                        ScriptOutputType.MULTI,
                        new String[] {"tasks:processing", "tasks:held", "tasks:lease", "tasks"},
                        "first",
                        "1",
                        element);

        assertThat(confirmed).isEmpty();
        assertThat(second.take(10, Duration.ZERO))
                .extracting(Delivery::queued)
                .containsExactly(entry);
        assertThat(first.take(10, Duration.ZERO)).isEmpty();
    }

    @Test
    void aReadThatWaitsWhileAnotherTakesTheLeaseGivesBackWhatItMoved() throws Exception {
        var entry = newEntry();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            first.hold();
            var waiting =
                    threads.submit(
                            (Callable<List<Delivery>>) () -> first.take(1, Duration.ofSeconds(20)));
            await().atMost(PATIENT).until(this::isSomebodyBlocked);
            commands.set("tasks:lease", "second");
            second.enqueue(List.of(entry));

            assertThat(waiting.get()).isEmpty();
        }
        assertThat(second.take(1, PATIENT)).extracting(Delivery::queued).containsExactly(entry);
    }

    private boolean isSomebodyBlocked() {
        return commands.info("clients").contains("blocked_clients:1");
    }

    @Test
    void aConfirmationThatComesAfterTheEntryWasEndedByTheNextHolderDeliversNothing()
            throws Exception {
        first.hold();
        first.enqueue(List.of(newEntry()));
        var element = commands.lmove("tasks", "tasks:processing", LMoveArgs.Builder.leftRight());
        first.release();
        second.hold();
        second.takeOver(1, LONG, Set.of()).forEach(second::acknowledge);
        second.release();
        first.hold();

        List<Object> confirmed =
                commands.eval(
                        ListScripts.TAKE,
                        ScriptOutputType.MULTI,
                        new String[] {"tasks:processing", "tasks:held", "tasks:lease", "tasks"},
                        "first",
                        "1",
                        element);

        assertThat(confirmed).isEmpty();
        assertThat(first.depth()).isZero();
    }

    @Test
    void aHolderThatDiesWithEntriesInHandsIsFollowedByTheOneThatStandsBy() throws Exception {
        var entries = List.of(newEntry(), newEntry());
        first.enqueue(entries);
        assertThat(first.take(1, Duration.ZERO)).hasSize(1);

        await().atMost(PATIENT).until(second::hold);

        assertThat(second.takeOver(10, LONG, Set.of()))
                .extracting(Delivery::queued)
                .containsExactly(entries.getFirst());
        assertThat(second.take(10, Duration.ZERO))
                .extracting(Delivery::queued)
                .containsExactly(entries.getLast());
    }

    @Test
    void entriesSurviveARestartOfRedisAndReadingGoesOn() throws Exception {
        var entry = newEntry();
        first.enqueue(List.of(entry));
        commands.save();

        redis.close();
        assertThatThrownBy(() -> first.take(1, Duration.ofMillis(10)))
                .isInstanceOf(QueueUnavailableException.class);
        assertThatThrownBy(() -> first.enqueue(List.of(newEntry())))
                .isInstanceOf(QueueUnavailableException.class);
        assertThatThrownBy(first::depth).isInstanceOf(QueueUnavailableException.class);
        assertThatThrownBy(first::hold).isInstanceOf(QueueUnavailableException.class);
        redis = EmbeddedRedis.start(data, redis.port());

        await().atMost(PATIENT)
                .ignoreException(QueueUnavailableException.class)
                .until(() ->
                        first.take(1, Duration.ofMillis(50)).stream()
                                .anyMatch(delivery -> delivery.queued().equals(entry)));
    }

    @Test
    void readingGoesOnAfterRedisWasEmptied() throws Exception {
        first.enqueue(List.of(newEntry()));
        first.take(1, Duration.ZERO);
        commands.flushall();
        var entry = newEntry();

        first.enqueue(List.of(entry));

        assertThat(first.take(1, Duration.ZERO))
                .extracting(Delivery::queued)
                .containsExactly(entry);
    }

    private static QueuedAttempt newEntry() {
        return new QueuedAttempt(TestingIds.newAttempt(), null);
    }
}
