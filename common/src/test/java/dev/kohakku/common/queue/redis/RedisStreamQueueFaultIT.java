package dev.kohakku.common.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.queue.DeadLetter;
import dev.kohakku.common.queue.Delivery;
import dev.kohakku.common.queue.QueueUnavailableException;
import dev.kohakku.common.queue.QueuedAttempt;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.standalone.engine.EmbeddedRedis;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Redis of its own is stopped, emptied and cut off while a consumer waits in a read. */
class RedisStreamQueueFaultIT {

    private static final Duration PATIENT = Duration.ofSeconds(30);

    @TempDir Path data;

    private final ConcurrentLinkedQueue<QueuedAttempt> taken = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private EmbeddedRedis redis;
    private RedisConnections connections;
    private RedisStreamQueue queue;
    private Thread reader;

    @BeforeEach
    void start() {
        redis = EmbeddedRedis.start(data, 0);
        connections = new RedisConnections(RedisEndpoints.at(redis.url()));
        queue = new RedisStreamQueue(connections, "tasks", "dispatchers", "one");
        reader = Thread.ofVirtual().start(this::read);
    }

    @AfterEach
    void stop() throws InterruptedException {
        ended.set(true);
        reader.interrupt();
        reader.join(PATIENT);
        queue.close();
        connections.close();
        redis.close();
    }

    private void read() {
        while (!ended.get()) {
            try {
                for (var delivery : queue.take(10, Duration.ofSeconds(5))) {
                    taken.add(delivery.queued());
                    queue.acknowledge(delivery);
                }
            } catch (QueueUnavailableException away) {
                Thread.onSpinWait();
            } catch (InterruptedException end) {
                return;
            }
        }
    }

    @Test
    void readingGoesOnAfterRedisRestarted() {
        assertPasses(newEntry());

        redis.close();
        assertThatThrownBy(() -> queue.enqueue(List.of(newEntry())))
                .isInstanceOf(QueueUnavailableException.class);
        redis = EmbeddedRedis.start(data, redis.port());

        assertPasses(newEntry());
    }

    @Test
    void readingGoesOnAfterRedisWasEmptied() {
        assertPasses(newEntry());

        with(client -> client.connect().sync().flushall());

        assertPasses(newEntry());
    }

    @Test
    void readingGoesOnAfterItsConnectionWasCut() {
        assertPasses(newEntry());

        with(client ->
                client.connect().sync().clientKill(KillArgs.Builder.typeNormal().skipme(true)));

        assertPasses(newEntry());
    }

    @Test
    void readingGoesOnAfterRedisHung() throws Exception {
        assertPasses(newEntry());

        signal("-STOP");
        try {
            assertThatThrownBy(() -> queue.enqueue(List.of(newEntry())))
                    .isInstanceOf(QueueUnavailableException.class)
                    .hasMessageContaining("no answer");
        } finally {
            signal("-CONT");
        }

        assertPasses(newEntry());
    }

    private void signal(String signal) throws Exception {
        var kill = new ProcessBuilder("kill", signal, Long.toString(redis.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    @Test
    void aServerThatNeverCameIsSaidToBeUnavailable() {
        redis.close();
        try (var away = new RedisConnections(RedisEndpoints.at(redis.url()))) {
            var lost = new RedisStreamQueue(away, "tasks", "dispatchers", "two");
            assertThatThrownBy(() -> lost.take(1, Duration.ofMillis(10)))
                    .isInstanceOf(QueueUnavailableException.class);
            assertThatThrownBy(() -> lost.takeOver(1, Duration.ZERO, Set.of()))
                    .isInstanceOf(QueueUnavailableException.class);
            assertThatThrownBy(lost::depth).isInstanceOf(QueueUnavailableException.class);
            assertThatThrownBy(() -> lost.acknowledge(new Delivery("1-1", newEntry(), 1)))
                    .isInstanceOf(QueueUnavailableException.class);
            assertThatThrownBy(() -> lost.deadLetters(1))
                    .isInstanceOf(QueueUnavailableException.class);
            assertThatThrownBy(() ->
                            lost.forget(new DeadLetter("1-1", "1-1", "", Map.of(), newEntry())))
                    .isInstanceOf(QueueUnavailableException.class);
            assertThatThrownBy(away::check)
                    .isInstanceOf(RedisUnavailableException.class)
                    .hasMessageContaining("QUEUE_REDIS_URL");
        }
    }

    private void assertPasses(QueuedAttempt entry) {
        await().atMost(PATIENT)
                .ignoreException(QueueUnavailableException.class)
                .until(() -> {
                    if (!taken.contains(entry)) {
                        queue.enqueue(List.of(entry));
                    }
                    return taken.contains(entry);
                });
        assertThat(taken).contains(entry);
    }

    private static QueuedAttempt newEntry() {
        return new QueuedAttempt(TestingIds.newAttempt(), null);
    }

    private void with(Consumer<RedisClient> action) {
        try (var client = RedisClient.create(redis.url())) {
            action.accept(client);
        }
    }
}
