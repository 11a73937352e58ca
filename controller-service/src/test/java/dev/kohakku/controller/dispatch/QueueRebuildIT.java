package dev.kohakku.controller.dispatch;

import static dev.kohakku.controller.testing.TestingDispatcher.refusalOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.controller.access.Caller;
import dev.kohakku.controller.role.Roles;
import dev.kohakku.controller.role.TestingWakes;
import dev.kohakku.controller.role.Topic;
import dev.kohakku.controller.role.WorkerLoop;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingTasks;
import dev.kohakku.standalone.engine.TestEngines;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class QueueRebuildIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired Queues queues;
    @Autowired Outbox outbox;

    @Autowired
    @Qualifier("enqueuerLoop")
    WorkerLoop enqueuer;

    TestingClient client;
    TestingTasks tasks;
    TestingDispatcher dispatcher;
    List<TaskId> queued;

    @BeforeEach
    void enqueue() throws Exception {
        client = TestingClient.of(environment);
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        dispatcher = TestingDispatcher.of(environment).checkedIn();
        queued = Stream.generate(tasks::submit).limit(5).toList();
        enqueuer.loop().tick();
    }

    @Test
    void whatAnEmptiedRedisHasLostIsThereAgainAndEachClaimWorksOnce() throws Exception {
        emptyTheStream();
        assertThat(delivered()).isEmpty();

        assertThat(rebuild()).isEqualTo(5);
        enqueuer.loop().tick();

        assertThat(delivered()).containsExactlyInAnyOrderElementsOf(queued);
        for (var task : queued) {
            assertThat(dispatcher.claim(task, 1).state()).isEqualTo(TaskState.PROVISIONING);
            assertThat(tasks.timeline(task))
                    .containsExactly("PENDING", "QUEUED", "requeued", "PROVISIONING");
        }
        assertThat(rebuild()).isZero();
    }

    @Test
    void entriesThatWereNotLostComeTwiceAndAreClaimedOnce() throws Exception {
        rebuild();
        enqueuer.loop().tick();
        var other = dispatcher.beside().checkedIn();

        assertThat(delivered()).hasSize(10).containsAll(queued);
        for (var task : queued) {
            dispatcher.claim(task, 1);
            assertThat(refusalOf(() -> other.claim(task, 1))).isEqualTo("409 attempt-owned");
        }
    }

    @Test
    void whatIsInAnEnqueuersHandsIsPutBackToo() {
        var inHands = queued.getFirst();
        jdbc.sql(
                        """
                        insert into dispatch_outbox (task_id, attempt, priority, available_at, taken_until)
                        values (:id, 1, 5, now() + interval '1 hour', now() + interval '10 s')
                        """)
                .param("id", inHands.value())
                .update();

        assertThat(rebuild()).isEqualTo(5);

        assertThat(
                        jdbc.sql(
                                        "select count(*) from dispatch_outbox where taken_until is"
                                                + " null and available_at <= now()")
                                .query(Long.class)
                                .single())
                .isEqualTo(5);
    }

    @Test
    void aRebuildWakesTheEnqueuerOfItsProcess() {
        var rounds = new AtomicInteger();
        BackgroundLoop.Step counting =
                () -> {
                    rounds.incrementAndGet();
                    return false;
                };
        try (var loop = new BackgroundLoop("test", Rhythm.every(Duration.ofHours(1)), counting)) {
            loop.start();
            await().until(() -> rounds.get() == 1);
            var wakes =
                    new EnqueuerWakes(
                            TestingWakes.of(
                                    List.of(
                                            new WorkerLoop(
                                                    loop,
                                                    Roles.Queue.DISPATCH,
                                                    Set.of(Topic.DISPATCH)))));

            new QueueApi(outbox, wakes)
                    .rebuild(
                            new Caller(new UUID(0, 1), new UUID(0, 2), "test", java.util.Set.of()));

            await().until(() -> rounds.get() == 2);
        }
    }

    @Test
    void whatIsNotQueuedIsNotTouched() {
        queued.forEach(tasks::cancel);
        var pending = tasks.submit();
        dispatcher.claim(tasks.submitQueued().task(), 1);

        assertThat(rebuild()).isZero();

        assertThat(tasks.outboxRows(pending)).isOne();
        assertThat(tasks.state(pending)).isEqualTo(TaskState.PENDING);
    }

    @Test
    void afterAFlushAllExactlyWhatWaitsForAClaimComesBackOnEveryQueue() throws Exception {
        var claimed = queued.getFirst();
        dispatcher.claim(claimed, 1);
        var elsewhere = TestingDispatcher.of(environment).checkedIn();
        cordon(dispatcher);
        var others = Stream.generate(tasks::submit).limit(2).toList();
        enqueuer.loop().tick();
        flushAll();

        assertThat(rebuild()).isEqualTo(6);
        enqueuer.loop().tick();

        var all = new ArrayList<>(delivered(dispatcher.queue()));
        all.addAll(delivered(elsewhere.queue()));
        assertThat(all)
                .doesNotContain(claimed)
                .containsAll(queued.subList(1, 5))
                .containsAll(others)
                .hasSize(6);
        for (var task : all) {
            assertThat(elsewhere.claim(task, 1).state()).isEqualTo(TaskState.PROVISIONING);
        }
        assertThat(rebuild()).isZero();
    }

    private void cordon(TestingDispatcher cordoned) {
        client.post("/api/v1/dispatchers/" + cordoned.id() + "/cordon", null);
    }

    private static void flushAll() {
        try (var redis = RedisClient.create(TestEngines.redis().url());
                var connection = redis.connect()) {
            connection.sync().flushall();
        }
    }

    private int rebuild() {
        return client.post("/api/v1/queue/rebuild", null).json().get("requeued").asInt();
    }

    private void emptyTheStream() {
        try (var redis = RedisClient.create(TestEngines.redis().url());
                var connection = redis.connect()) {
            assertThat(connection.sync().del(dispatcher.queue())).isOne();
        }
    }

    private List<TaskId> delivered() throws InterruptedException {
        return delivered(dispatcher.queue());
    }

    private List<TaskId> delivered(String name) throws InterruptedException {
        var queue = queues.named(name);
        // why: the first read of a queue may only make its consumer group.
        var all = new ArrayList<>(queue.take(100, Duration.ZERO));
        all.addAll(queue.take(100, Duration.ZERO));
        all.forEach(queue::acknowledge);
        return all.stream().map(delivery -> delivery.queued().attempt().task()).toList();
    }
}
