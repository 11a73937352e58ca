package dev.kohakku.controller.deadletter;

import static dev.kohakku.controller.testing.TestingDispatcher.refusalOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kohakku.common.queue.InMemoryTaskQueue;
import dev.kohakku.common.queue.QueueUnavailableException;
import dev.kohakku.common.queue.QueuedAttempt;
import dev.kohakku.common.queue.TaskQueue;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.time.TestingClock;
import dev.kohakku.controller.dispatch.Outbox;
import dev.kohakku.controller.dispatch.Queues;
import dev.kohakku.controller.role.WorkerLoop;
import dev.kohakku.controller.task.Transitions;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingTasks;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@ControllerTest
class DeadLetterCollectorIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired Queues queues;
    @Autowired DeadLetterStore store;
    @Autowired Transitions transitions;
    @Autowired Outbox outbox;
    @Autowired TransactionTemplate transaction;
    @Autowired MeterRegistry meters;

    @Autowired
    @Qualifier("enqueuerLoop")
    WorkerLoop enqueuer;

    @Autowired
    @Qualifier("deadLetterLoop")
    WorkerLoop collector;

    TestingTasks tasks;
    TestingDispatcher dispatcher;

    @BeforeEach
    void clear() {
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        jdbc.sql("delete from dead_letters").update();
        dispatcher = TestingDispatcher.of(environment).checkedIn();
    }

    @Test
    void aDeliveryNobodySurvivedEndsItsTaskAndIsNotPutBack() throws Exception {
        var task = tasks.submit(",\"max_attempts\":3");
        enqueuer.loop().tick();
        poison(queues.named(dispatcher.queue()));
        outbox.offerAgain(new AttemptId(task, 1));

        collector.loop().tick();

        assertThat(tasks.row(task))
                .containsEntry("state", "FAILED")
                .containsEntry("failure_kind", "INTERNAL");
        assertThat((String) tasks.row(task).get("error_message"))
                .contains("delivered 5 times", "died or fell silent", dispatcher.queue());
        assertThat(tasks.outboxRows(task)).isZero();
        assertThat(queues.named(dispatcher.queue()).deadLetters(1)).isEmpty();
        assertThat(letter())
                .containsEntry("queue", dispatcher.queue())
                .containsEntry("task_id", task.value())
                .containsEntry("attempt", 1)
                .containsEntry("reason", "delivered 5 times and never acknowledged");
        assertThat(refusalOf(() -> dispatcher.claim(task, 1))).isEqualTo("409 attempt-ended");
    }

    @Test
    void aLetterOfATaskThatWasClaimedMeanwhileLeavesItAlone() throws Exception {
        var task = tasks.submit();
        enqueuer.loop().tick();
        poison(queues.named(dispatcher.queue()));
        dispatcher.claim(task, 1);

        collector.loop().tick();

        assertThat(tasks.state(task)).isEqualTo(TaskState.PROVISIONING);
        assertThat(letter()).containsEntry("task_id", task.value());
    }

    @Test
    void aLetterOfAnEarlierAttemptLeavesTheTaskAlone() throws Exception {
        var task = tasks.submit();
        enqueuer.loop().tick();
        poison(queues.named(dispatcher.queue()));
        tasks.set(task, "attempt = 2");

        collector.loop().tick();

        assertThat(tasks.state(task)).isEqualTo(TaskState.QUEUED);
    }

    @Test
    void aLetterOnAQueueWhoseDispatcherIsGoneIsFoundByItsTask() throws Exception {
        var task = tasks.submit();
        enqueuer.loop().tick();
        poison(queues.named(dispatcher.queue()));
        jdbc.sql("delete from dispatchers").update();

        collector.loop().tick();

        assertThat(tasks.state(task)).isEqualTo(TaskState.FAILED);
    }

    @Test
    void aStopBetweenTheCommitAndTheForgettingKeepsALetterOnce() throws Exception {
        var queue = new InMemoryTaskQueue(new TestingClock());
        var task = queuedOn(queue);
        poison(queue);

        assertThatThrownBy(collecting(forgettingNothing(queue))::round)
                .isInstanceOf(QueueUnavailableException.class);
        assertThat(tasks.state(task)).isEqualTo(TaskState.FAILED);
        assertThat(queue.deadLetters(1)).hasSize(1);
        collecting(queue).round();

        assertThat(queue.deadLetters(1)).isEmpty();
        assertThat(letter()).containsEntry("task_id", task.value());
        assertThat(tasks.timeline(task)).containsOnlyOnce("FAILED");
    }

    @Test
    void aQueueThatIsAwayOnlyDelays() throws Exception {
        var queue = new InMemoryTaskQueue(new TestingClock());
        var task = queuedOn(queue);
        poison(queue);
        queue.setAway(true);

        assertThatThrownBy(collecting(queue)::round).isInstanceOf(QueueUnavailableException.class);
        assertThat(tasks.state(task)).isEqualTo(TaskState.QUEUED);
        queue.setAway(false);
        collecting(queue).round();

        assertThat(tasks.state(task)).isEqualTo(TaskState.FAILED);
    }

    @Test
    void whatIsWrongWithOneQueueKeepsNoLetterOfAnother() throws Exception {
        var other = TestingDispatcher.of(environment).checkedIn();
        var broken = new InMemoryTaskQueue(new TestingClock());
        broken.setAway(true);
        var good = new InMemoryTaskQueue(new TestingClock());
        var task = queuedOn(good);
        poison(good);
        var collecting =
                new DeadLetterCollector(
                        name -> name.equals(other.queue()) ? broken : good,
                        store,
                        transitions,
                        outbox,
                        transaction,
                        meters);

        assertThatThrownBy(collecting::round).isInstanceOf(QueueUnavailableException.class);

        assertThat(tasks.state(task)).isEqualTo(TaskState.FAILED);
    }

    @Test
    void twoCollectorsKeepEachLetterOnce() throws Exception {
        var queue = new InMemoryTaskQueue(new TestingClock());
        for (var i = 0; i < 30; i++) {
            queuedOn(queue);
        }
        poison(queue);
        try (var pool = Executors.newFixedThreadPool(2)) {
            Callable<Boolean> work = collecting(queue)::round;
            for (var done : pool.invokeAll(List.of(work, work))) {
                assertThat(done.get()).isFalse();
            }
        }

        assertThat(queue.deadLetters(1)).isEmpty();
        assertThat(jdbc.sql("select count(*) from dead_letters").query(Long.class).single())
                .isEqualTo(30);
    }

    private TaskId queuedOn(TaskQueue queue) {
        var attempt = tasks.submitQueued();
        queue.enqueue(List.of(new QueuedAttempt(attempt, null)));
        return attempt.task();
    }

    /** Has every entry delivered until the queue gives it up. */
    static void poison(TaskQueue queue) throws InterruptedException {
        queue.take(1, Duration.ZERO);
        queue.take(100, Duration.ZERO);
        for (var i = 0; i < 5; i++) {
            queue.takeOver(100, Duration.ZERO, Set.of());
        }
        assertThat(queue.depth()).isZero();
    }

    private DeadLetterCollector collecting(TaskQueue queue) {
        return new DeadLetterCollector(
                name -> queue, store, transitions, outbox, transaction, meters);
    }

    /** The queue of a process that stops before it can forget a letter. */
    private static TaskQueue forgettingNothing(TaskQueue queue) {
        return (TaskQueue)
                Proxy.newProxyInstance(
                        TaskQueue.class.getClassLoader(),
                        new Class<?>[] {TaskQueue.class},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals("forget")) {
                                throw new QueueUnavailableException(
                                        "stopped", new IllegalStateException("stopped"));
                            }
                            try {
                                return method.invoke(queue, arguments);
                            } catch (InvocationTargetException failed) {
                                throw failed.getCause();
                            }
                        });
    }

    private Map<String, Object> letter() {
        return jdbc.sql("select * from dead_letters").query().singleRow();
    }
}
