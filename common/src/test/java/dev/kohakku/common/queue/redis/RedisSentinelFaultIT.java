package dev.kohakku.common.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.queue.QueueUnavailableException;
import dev.kohakku.common.queue.QueuedAttempt;
import dev.kohakku.common.task.TestingIds;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The master is killed while entries flow; Sentinels make its replica the master. */
class RedisSentinelFaultIT {

    private final ConcurrentLinkedQueue<QueuedAttempt> taken = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean ended = new AtomicBoolean();

    @Test
    void readingWritingAndStateGoOnAtTheNewMaster() throws Exception {
        try (var redis = InstalledRedis.Guarded.start();
                var connections = new RedisConnections(InstalledRedis.patient(redis.url()));
                var queue = new RedisStreamQueue(connections, "tasks", "dispatchers", "one")) {
            var reader = Thread.ofVirtual().start(() -> read(queue));
            var state = new StateRedis(connections);
            state.set("key", "before", Duration.ofHours(1));
            passes(queue);

            redis.killMaster();
            await().atMost(InstalledRedis.PATIENT).until(redis::replicaIsMaster);

            passes(queue);
            await().atMost(InstalledRedis.PATIENT)
                    .ignoreException(RedisUnavailableException.class)
                    .untilAsserted(() -> {
                        state.set("key", "after", Duration.ofHours(1));
                        assertThat(state.get("key")).contains("after");
                    });
            var roles = new RedisRoles(connections);
            roles.checkAtStart();
            assertThat(roles.standings()).allMatch(RedisStanding::isUp);
            ended.set(true);
            reader.interrupt();
            reader.join(InstalledRedis.PATIENT);
        }
    }

    /** An entry that the writer puts there again until it was taken, as Postgres would. */
    private void passes(RedisStreamQueue queue) {
        var entry = new QueuedAttempt(TestingIds.newAttempt(), null);
        await().atMost(InstalledRedis.PATIENT)
                .ignoreException(QueueUnavailableException.class)
                .until(() -> {
                    queue.enqueue(List.of(entry));
                    return true;
                });
        await().atMost(InstalledRedis.PATIENT).until(() -> taken.contains(entry));
    }

    private void read(RedisStreamQueue queue) {
        while (!ended.get()) {
            try {
                for (var delivery : queue.take(10, Duration.ofSeconds(1))) {
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
}
