package dev.kohakku.controller.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.queue.PoolStreams;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.controller.role.WorkerLoop;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingTasks;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Pools, labels, backends and free slots decide where a task goes. */
@ControllerTest
class SelectionIT {

    private static final String GPU = ",\"runtime_target\":{\"pool\":\"gpu\"}";
    private static final String ZONE_A = ",\"runtime_target\":{\"labels\":{\"zone\":\"a\"}}";

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired Outbox outbox;

    @Autowired
    @Qualifier("enqueuerLoop")
    WorkerLoop enqueuer;

    TestingClient client;
    TestingTasks tasks;

    @BeforeEach
    void clear() {
        client = TestingClient.of(environment);
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
    }

    private TestingDispatcher dispatcher() {
        return TestingDispatcher.of(environment);
    }

    private Object queueOf(TaskId task) throws Exception {
        enqueuer.loop().tick();
        return tasks.row(task).get("queue");
    }

    private String explainedAs(TaskId task) {
        return client.get("/api/v1/tasks/" + task + "/explain").body();
    }

    @Test
    void aTaskGoesToItsPoolOnly() throws Exception {
        var usual = dispatcher().checkedIn();
        var gpu = dispatcher().in("gpu", Map.of()).checkedIn();

        assertThat(queueOf(tasks.submit(GPU))).isEqualTo(gpu.queue());
        assertThat(queueOf(tasks.submit())).isEqualTo(usual.queue());
    }

    @Test
    void aTaskGoesToADispatcherWithAllItsLabels() throws Exception {
        dispatcher().checkedIn();
        dispatcher().in("default", Map.of("zone", "b")).checkedIn();
        var right = dispatcher().in("default", Map.of("zone", "a", "disk", "ssd")).checkedIn();

        assertThat(queueOf(tasks.submit(ZONE_A))).isEqualTo(right.queue());
    }

    @Test
    void aDispatcherWithSeveralBackendsServesTasksForEach() throws Exception {
        var both =
                dispatcher()
                        .with(
                                new BackendStatus(RuntimeType.LOCAL, "e", true, null),
                                new BackendStatus(RuntimeType.K8S, "c", true, null))
                        .checkedIn();

        assertThat(queueOf(tasks.submit())).isEqualTo(both.queue());
        assertThat(queueOf(tasks.submit(",\"runtime_target\":{\"type\":\"k8s\"}")))
                .isEqualTo(both.queue());
    }

    @Test
    void aDispatcherThatReadsByTypeFindsEachOnAStreamOfItsOwn() throws Exception {
        var both =
                dispatcher()
                        .with(
                                new BackendStatus(RuntimeType.LOCAL, "e", true, null),
                                new BackendStatus(RuntimeType.K8S, "c", true, null))
                        .byType()
                        .checkedIn();
        var k8s = tasks.submit(",\"runtime_target\":{\"type\":\"k8s\"}");
        var stream = PoolStreams.ofType(both.queue(), RuntimeType.K8S);

        assertThat(stream).endsWith("}:k8s");
        assertThat(queueOf(k8s)).isEqualTo(stream);
        assertThat(queueOf(tasks.submit()))
                .isEqualTo(PoolStreams.ofType(both.queue(), RuntimeType.LOCAL));
        assertThat(explainedAs(k8s)).contains("QUEUE_POSITION", stream);
    }

    @Test
    void besideADispatcherOfAnEarlierVersionEachIsServedOnItsOwnStream() throws Exception {
        var old = dispatcher().checkedIn();
        old.heartbeatWith(0);
        var byType = dispatcher().byType().checkedIn();

        assertThat(queueOf(tasks.submit()))
                .isEqualTo(PoolStreams.ofType(byType.queue(), RuntimeType.LOCAL));
        byType.leave();
        assertThat(queueOf(tasks.submit())).isEqualTo(old.queue());
    }

    @Test
    void aTaskGoesWhereMostSlotsAreFree() throws Exception {
        var busy = dispatcher().checkedIn();
        busy.heartbeatWith(1);
        var idle = dispatcher().checkedIn();
        idle.heartbeatWith(9);

        assertThat(queueOf(tasks.submit())).isEqualTo(idle.queue());
    }

    @Test
    void whatWaitsForAChoosyTargetDoesNotHoldUpWhatCanGo() throws Exception {
        dispatcher().in("gpu", Map.of()).checkedIn().leave();
        var usual = dispatcher().checkedIn();
        var waiting = tasks.submit(GPU + ",\"priority\":9");
        var going = tasks.submit(",\"priority\":0");

        assertThat(queueOf(going)).isEqualTo(usual.queue());
        assertThat(tasks.state(waiting)).isEqualTo(TaskState.PENDING);
        assertThat(tasks.waitingReason(waiting))
                .isEqualTo("no live dispatcher serves runtime target 'local' in pool 'gpu'");
        assertThat(explainedAs(waiting))
                .contains("TARGET_NOT_SERVED", "of pool 'gpu'", "\"pool\":\"gpu\"");
    }

    @Test
    void whoClaimsWithoutTheLabelsIsRefusedAndTheAttemptOfferedAgain() throws Exception {
        var wrong = dispatcher().in("default", Map.of("zone", "b")).checkedIn();
        var right = dispatcher().in("default", Map.of("zone", "a")).checkedIn();
        var task = tasks.submit(ZONE_A);
        enqueuer.loop().tick();

        assertThat(TestingDispatcher.refusalOf(() -> wrong.claim(task, 1)))
                .isEqualTo("409 target-not-served");

        assertThat(tasks.outboxRows(task)).isOne();
        assertThat(right.claim(task, 1).spec().runtimeTarget().labels())
                .isEqualTo(Map.of("zone", "a"));
    }

    @Test
    void whatWasReadForABackendThatIsNotHealthyIsOfferedToOthersOnly() throws Exception {
        var sick =
                dispatcher()
                        .with(
                                new BackendStatus(RuntimeType.K8S, "c", true, null),
                                new BackendStatus(RuntimeType.LOCAL, "e", false, "hangs"))
                        .checkedIn();
        var task = tasks.submitQueued().task();
        assertThat(TestingDispatcher.refusalOf(() -> sick.claim(task, 1)))
                .isEqualTo("409 target-not-served");
        jdbc.sql("update dispatch_outbox set available_at = now()").update();

        assertThat(queueOf(task)).isNull();
        assertThat(tasks.outboxRows(task)).isOne();
        var other = dispatcher().checkedIn();

        assertThat(queueOf(task)).isEqualTo(other.queue());
        assertThat(tasks.outboxRows(task)).isZero();
    }

    @Test
    void whatIsReadByTheWrongDispatcherAgainAndAgainIsOfferedEverMoreSeldomAndSaidOnce()
            throws Exception {
        var wrong = dispatcher().in("default", Map.of("zone", "b")).checkedIn();
        dispatcher().in("default", Map.of("zone", "a")).checkedIn();
        var task = tasks.submit(ZONE_A);
        enqueuer.loop().tick();

        for (var seconds : List.of(1, 2, 4, 8, 16, 30, 30)) {
            assertThat(TestingDispatcher.refusalOf(() -> wrong.claim(task, 1)))
                    .isEqualTo("409 target-not-served");
            assertThat(pauseOf(task)).isEqualTo(seconds);
            jdbc.sql("update dispatch_outbox set available_at = now()").update();
            enqueuer.loop().tick();
            assertThat(tasks.outboxRows(task)).isZero();
        }

        assertThat(tasks.timeline(task)).containsExactly("PENDING", "QUEUED", "requeued");
        // why still: that Redis has lost it, too, is news.
        assertThat(TestingDispatcher.refusalOf(() -> wrong.claim(task, 1)))
                .isEqualTo("409 target-not-served");
        outbox.rebuild();
        enqueuer.loop().tick();
        assertThat(tasks.timeline(task)).endsWith("requeued", "requeued");
    }

    private int pauseOf(TaskId task) {
        return jdbc.sql(
                        """
                        select round(extract(epoch from available_at - now())) from dispatch_outbox where task_id = :id
                        """)
                .param("id", task.value())
                .query(Integer.class)
                .single();
    }

    @Test
    void whatNoRegisteredDispatcherServesIsRefusedButAFreshInstallationWaits() {
        tasks.submit(GPU);
        dispatcher().checkedIn();

        var refused = client.post("/api/v1/tasks", body(GPU));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body()).contains("problems/target-unknown", "in pool 'gpu'");
        assertThat(client.post("/api/v1/tasks", body(ZONE_A)).body())
                .contains("with labels {zone=a}");
        assertThat(
                        client.post("/api/v1/tasks", body(",\"runtime_target\":{\"type\":\"k8s\"}"))
                                .status())
                .isEqualTo(422);

        dispatcher().in("gpu", Map.of()).checkedIn().leave();
        assertThat(client.post("/api/v1/tasks", body(GPU)).status()).isEqualTo(201);
    }

    @Test
    void wrongChoicesAreNamed() {
        var refused =
                client.post(
                        "/api/v1/tasks",
                        body(",\"runtime_target\":{\"pool\":\"a:b\",\"labels\":{\"a b\":\"c\"}}"));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).contains("runtime_target.pool", "runtime_target.labels.a b");
    }

    private static String body(String fields) {
        return "{\"name\":\"n\",\"image\":\"busybox\"" + fields + "}";
    }

    @Test
    void aQueueThatDoesNotFitTheModeIsRefused() {
        var sent = dispatcher().sentTo("http://127.0.0.1:1");

        assertThat(TestingDispatcher.refusalOf(() -> sent.in("x", Map.of()).checkIn()))
                .isEqualTo("400 invalid-request");
        assertThat(TestingDispatcher.refusalOf(sent::checkIn)).isEqualTo("none");
    }
}
