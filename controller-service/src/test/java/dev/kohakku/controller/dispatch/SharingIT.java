package dev.kohakku.controller.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.queue.redis.RedisConnections;
import dev.kohakku.common.queue.redis.RedisPoolQueue;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.controller.role.WorkerLoop;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingTasks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Dispatchers of a pool share its tasks. Runs where {@code -Dsharing.tasks} says how many; the
 * fewer there are, the more chance decides.
 */
@ControllerTest
@EnabledIfSystemProperty(named = "sharing.tasks", matches = "\\d+")
class SharingIT {

    private static final int TASKS = Integer.getInteger("sharing.tasks", 450);
    private static final int SLOTS = 3;

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired RedisConnections redis;

    @Autowired
    @Qualifier("enqueuerLoop")
    WorkerLoop enqueuer;

    /** How many tasks have ended. */
    final AtomicInteger ended = new AtomicInteger();

    /** A dispatcher whose tasks end as soon as all its slots have one, or none comes. */
    private final class Sharer implements Runnable {
        private final TestingDispatcher dispatcher;
        private final AtomicInteger done = new AtomicInteger();

        Sharer(TestingDispatcher dispatcher) {
            this.dispatcher = dispatcher;
        }

        @Override
        public void run() {
            try (var queue =
                    new RedisPoolQueue(
                            redis,
                            dispatcher.queue(),
                            () -> Set.of(RuntimeType.LOCAL),
                            "dispatchers",
                            dispatcher.id())) {
                while (ended.get() < TASKS) {
                    dispatcher.heartbeat();
                    for (var delivery : queue.take(SLOTS, Duration.ofMillis(100))) {
                        queue.acknowledge(delivery);
                        end(delivery.queued().attempt().task());
                    }
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }

        private void end(TaskId task) {
            dispatcher.callback(
                    task,
                    dispatcher.claim(task, 1).callbackToken(),
                    """
                    {"task_id":"%s","attempt":1,"epoch":1,"status":"completed","exit_code":0,"completed_at":"2026-01-01T00:00:00Z"}
                    """
                            .formatted(task));
            done.incrementAndGet();
            ended.incrementAndGet();
        }
    }

    @Test
    void threeShareEvenlyAndOneThatIsAddedTakesItsShare() throws Exception {
        var tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        var first = TestingDispatcher.of(environment).workingOn(SLOTS).byType().checkedIn();
        for (var i = 0; i < TASKS; i++) {
            tasks.submit();
        }
        first.checkIn();
        var three = new ArrayList<>(List.of(new Sharer(first)));
        three.add(new Sharer(first.beside().checkedIn()));
        three.add(new Sharer(first.beside().checkedIn()));
        var added = new Sharer(first.beside());

        var before = new ArrayList<Integer>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            three.forEach(threads::execute);
            while (ended.get() < TASKS / 2) {
                enqueuer.loop().tick();
            }
            three.forEach(each -> before.add(each.done.get()));
            added.dispatcher.checkIn();
            threads.execute(added);
            while (ended.get() < TASKS) {
                enqueuer.loop().tick();
            }
        }

        var share = before.stream().mapToInt(Integer::intValue).sum() / 3.0;
        assertThat(before).allSatisfy(count -> assertThat(count / share).isBetween(0.8, 1.2));
        var rest = TASKS - before.stream().mapToInt(Integer::intValue).sum();
        assertThat(added.done.get() / (rest / 4.0)).isBetween(0.6, 1.4);
        assertThat(ended.get()).isEqualTo(TASKS);
    }
}
