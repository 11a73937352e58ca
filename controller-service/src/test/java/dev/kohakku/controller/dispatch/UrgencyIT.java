package dev.kohakku.controller.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.common.queue.PoolStreams;
import dev.kohakku.common.queue.TaskQueue;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.wire.Claimed;
import dev.kohakku.controller.role.Roles;
import dev.kohakku.controller.role.TestingWakes;
import dev.kohakku.controller.role.Topic;
import dev.kohakku.controller.role.WorkerLoop;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingTasks;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What is urgent does not stand behind a stream full of what is not. */
@ControllerTest
class UrgencyIT {

    private static final int SLOTS = 4;

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired Queues queues;
    @Autowired Enqueuer enqueuer;

    @Autowired
    @Qualifier("enqueuerLoop")
    WorkerLoop loop;

    TestingTasks tasks;
    TestingDispatcher dispatcher;
    TaskQueue stream;

    /** What runs on the slots, the oldest first. */
    private final Queue<Running> running = new ArrayDeque<>();

    final List<TaskId> started = new ArrayList<>();

    private record Running(TaskId task, Claimed claimed) {}

    @BeforeEach
    void clear() throws Exception {
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        dispatcher = TestingDispatcher.of(environment).workingOn(SLOTS).byType().checkedIn();
        stream = queues.named(PoolStreams.ofType(dispatcher.queue(), RuntimeType.LOCAL));
        stream.take(1, Duration.ZERO);
    }

    @Test
    void atMostTwoTasksPerSlotStartBeforeAnUrgentOne() throws Exception {
        for (var i = 0; i < 60; i++) {
            tasks.submit(",\"priority\":0");
        }
        fillSlots();
        assertThat(running).hasSize(SLOTS);
        loop.loop().tick();
        assertThat(stream.depth()).isEqualTo(SLOTS);
        assertThat(enqueuer.isHeldUp()).isTrue();

        var urgent = tasks.submit(",\"priority\":9");
        while (!started.contains(urgent)) {
            endOldest();
            fillSlots();
        }

        assertThat(started.indexOf(urgent)).isBetween(SLOTS, 2 * SLOTS);
    }

    @Test
    void aSlotThatBecomesFreeHasTheQueueFilledUp() throws Exception {
        for (var i = 0; i < 3 * SLOTS; i++) {
            tasks.submit();
        }
        fillSlots();
        loop.loop().tick();
        assertThat(stream.depth()).isEqualTo(SLOTS);

        endOldest();

        loop.loop().tick();
        assertThat(stream.depth()).isEqualTo(SLOTS + 1);
    }

    @Test
    void aFreeSlotWakesTheEnqueuerOnlyWhileSomethingWaitsForIt() throws Exception {
        var rounds = new AtomicInteger();
        BackgroundLoop.Step counting =
                () -> {
                    rounds.incrementAndGet();
                    return false;
                };
        try (var counted =
                new BackgroundLoop("test", Rhythm.every(Duration.ofHours(1)), counting)) {
            counted.start();
            await().until(() -> rounds.get() == 1);
            var here = new WorkerLoop(counted, Roles.Queue.DISPATCH, Set.of(Topic.DISPATCH));
            var roles = new Roles(Set.of(Roles.Role.WORKER), Set.of(Roles.Queue.DISPATCH), 1);
            var refills = new EnqueuerRefills(enqueuer, roles, TestingWakes.of(List.of(here)));
            loop.loop().tick();
            assertThat(enqueuer.isHeldUp()).isFalse();
            refills.refill();
            for (var i = 0; i < 3 * SLOTS; i++) {
                tasks.submit();
            }
            dispatcher.checkIn();
            loop.loop().tick();
            assertThat(enqueuer.isHeldUp()).isTrue();

            refills.refill();

            await().until(() -> rounds.get() == 2);
        }
    }

    private void fillSlots() throws Exception {
        // why: on a busy machine what was done before may outlast its lease.
        dispatcher.checkIn();
        loop.loop().tick();
        for (var delivery : stream.take(Math.max(1, SLOTS - running.size()), Duration.ZERO)) {
            var task = delivery.queued().attempt().task();
            running.add(new Running(task, dispatcher.claim(task, 1)));
            started.add(task);
            stream.acknowledge(delivery);
        }
    }

    private void endOldest() {
        var done = running.remove();
        dispatcher.callback(
                done.task(),
                done.claimed().callbackToken(),
                """
                {"task_id":"%s","attempt":1,"epoch":%d,"status":"completed","exit_code":0,"completed_at":"2026-01-01T00:00:00Z"}
                """
                        .formatted(done.task(), done.claimed().epoch().value()));
    }
}
