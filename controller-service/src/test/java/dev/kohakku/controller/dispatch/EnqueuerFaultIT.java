package dev.kohakku.controller.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kohakku.common.queue.Delivery;
import dev.kohakku.common.queue.InMemoryTaskQueue;
import dev.kohakku.common.queue.QueueUnavailableException;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.time.TestingClock;
import dev.kohakku.controller.fleet.DispatcherCalls;
import dev.kohakku.controller.fleet.Dispatchers;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingTasks;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class EnqueuerFaultIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired Queues queues;
    @Autowired Dispatchers dispatchers;
    @Autowired OutboxStore outbox;
    @Autowired Enqueuer.Rows rows;
    @Autowired BriefStorage briefs;
    @Autowired QueueMoves moves;
    @Autowired DispatcherCalls calls;
    TestingEnqueuers enqueuers;
    TestingTasks tasks;
    TestingDispatcher dispatcher;
    InMemoryTaskQueue queue = new InMemoryTaskQueue(new TestingClock());
    Queues inMemory = new Queues(name -> queue, new SimpleMeterRegistry());

    @BeforeEach
    void clear() {
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        dispatcher = TestingDispatcher.of(environment).checkedIn();
        enqueuers = new TestingEnqueuers(dispatchers, outbox, rows, briefs, moves, calls, queues);
    }

    @Test
    void whileTheQueueIsAwayNothingIsAdmittedAndTheReasonSaysSo() throws Exception {
        var task = tasks.submit();
        queue.setAway(true);

        assertThat(enqueuers.on(inMemory, StopPoints.NONE).round()).isFalse();

        assertThat(tasks.state(task)).isEqualTo(TaskState.PENDING);
        assertThat(tasks.waitingReason(task)).contains("cannot be reached");
        queue.setAway(false);
        enqueuers.on(inMemory, StopPoints.NONE).round();
        assertThat(taken()).containsExactly(task);
    }

    @Test
    void aQueueThatGoesAwayJustThenGetsItsEntriesLater() throws Exception {
        var task = tasks.submit();
        var losing =
                enqueuers.on(
                        inMemory,
                        point -> {
                            if (point == StopPoints.Point.QUEUED) {
                                queue.setAway(true);
                            }
                        });

        assertThatThrownBy(losing::round).isInstanceOf(QueueUnavailableException.class);

        assertThat(tasks.outboxRows(task)).isOne();
        queue.setAway(false);
        jdbc.sql("update dispatch_outbox set available_at = now()").update();
        enqueuers.on(inMemory, StopPoints.NONE).round();
        assertThat(taken()).containsExactly(task);
        assertThat(tasks.outboxRows(task)).isZero();
    }

    @Test
    void twoEnqueuersPutEveryTaskOnTheQueueAndEachIsClaimedOnce() throws Exception {
        var submitted = IntStream.range(0, 500).mapToObj(i -> tasks.submit()).toList();
        // why only now: on a busy machine 500 submits may outlast the lease.
        dispatcher = dispatcher.workingOn(500).checkedIn();
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Void> work =
                    () -> {
                        var enqueuer = enqueuers.withBatch(20);
                        while (enqueuer.round()) {}
                        return null;
                    };
            for (var done : pool.invokeAll(List.of(work, work))) {
                done.get();
            }
        }
        while (enqueuers.plain().round()) {}

        dispatcher.checkIn();
        var other = dispatcher.beside().checkedIn();
        var granted = new ArrayList<TaskId>();
        var entries = entries();
        assertThat(new HashSet<>(entries)).containsExactlyInAnyOrderElementsOf(submitted);
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var task : submitted) {
                var claims = new ArrayList<Future<String>>();
                for (var claimer : List.of(dispatcher, other)) {
                    claims.add(
                            pool.submit(() ->
                                    TestingDispatcher.refusalOf(() -> claimer.claim(task, 1))));
                }
                var answers = List.of(claims.get(0).get(), claims.get(1).get());
                assertThat(answers).containsExactlyInAnyOrder("none", "409 attempt-owned");
                granted.add(task);
            }
        }
        assertThat(granted).hasSize(500);
    }

    private List<TaskId> entries() throws InterruptedException {
        var entries = new ArrayList<TaskId>();
        var real = queues.named(dispatcher.queue());
        real.take(1, Duration.ZERO).forEach(each -> entries.add(taskOf(each)));
        for (var batch = real.take(100, Duration.ZERO);
                !batch.isEmpty();
                batch = real.take(100, Duration.ZERO)) {
            batch.forEach(each -> entries.add(taskOf(each)));
        }
        return entries;
    }

    private List<TaskId> taken() throws InterruptedException {
        return queue.take(100, Duration.ZERO).stream().map(EnqueuerFaultIT::taskOf).toList();
    }

    private static TaskId taskOf(Delivery delivery) {
        return delivery.queued().attempt().task();
    }
}
