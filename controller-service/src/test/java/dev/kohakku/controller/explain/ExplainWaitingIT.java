package dev.kohakku.controller.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.controller.role.WorkerLoop;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingTasks;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

/** What a task waits for before anybody has claimed it. */
@ControllerTest
@TestPropertySource(properties = "kohakku.dispatch.stream-depth=2")
class ExplainWaitingIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired WorkerLoop enqueuerLoop;
    @Autowired WorkerLoop lostEntryLoop;
    TestingExplanations explanations;
    TestingTasks tasks;
    TestingDispatcher dispatcher;

    @BeforeEach
    void clear() {
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        explanations = TestingExplanations.of(environment);
        dispatcher = TestingDispatcher.of(environment);
    }

    @Test
    void nobodyIsLive() {
        var task = tasks.submit();

        var explained = explanations.of(task);

        assertThat(explained.get("phase").asString()).isEqualTo("WAITING");
        assertThat(explained.get("state").asString()).isEqualTo("PENDING");
        assertThat(explained.get("ended").isNull()).isTrue();
        assertThat(explained.get("evidence").isEmpty()).isTrue();
        assertThat(explained.at("/waiting_for/since").asString())
                .isEqualTo(
                        explanations
                                .client()
                                .get("/api/v1/tasks/" + task)
                                .json()
                                .get("created_at")
                                .asString());
        assertThat(explanations.waiting(task).kind()).isEqualTo(WaitingKind.NO_DISPATCHER);
    }

    @Test
    void nobodyServesTheTarget() {
        TestingDispatcher.of(environment)
                .with(new BackendStatus(RuntimeType.K8S, "c", true, null))
                .checkedIn()
                .leave();
        dispatcher.checkIn();

        var waiting = explanations.waiting(k8sTask());

        assertThat(waiting.kind()).isEqualTo(WaitingKind.TARGET_NOT_SERVED);
        assertThat(waiting.message()).contains("'k8s'", "'local'");
        assertThat(waiting.data().get("served").toString()).isEqualTo("[\"local\"]");
    }

    private TaskId k8sTask() {
        return tasks.submit(",\"runtime_target\":{\"type\":\"k8s\"}");
    }

    @Test
    void allWhoWouldTakeItAreCordoned() {
        dispatcher.checkIn();
        cordon(dispatcher);

        var waiting = explanations.waiting(tasks.submit());

        assertThat(waiting.kind()).isEqualTo(WaitingKind.ALL_CORDONED);
        assertThat(waiting.message()).contains(dispatcher.id());
    }

    @Test
    void theBackendIsNotHealthyAndItsOwnWordsAreShown() {
        dispatcher.with(new BackendStatus(RuntimeType.LOCAL, "e", false, "disk full")).checkIn();

        var waiting = explanations.waiting(tasks.submit());

        assertThat(waiting.kind()).isEqualTo(WaitingKind.BACKEND_UNHEALTHY);
        assertThat(waiting.message()).contains(dispatcher.id(), "disk full");
        assertThat(waiting.data().at("/backends/" + dispatcher.id()).asString())
                .isEqualTo("disk full");
    }

    @Test
    void itsTurnHasComeOrOthersGoFirst() {
        dispatcher.checkIn();
        var low = tasks.submit(",\"priority\":0");
        var high = tasks.submit(",\"priority\":9");

        assertThat(explanations.waiting(high).kind()).isEqualTo(WaitingKind.ADMISSION);
        assertThat(explanations.waiting(high).data().get("position").asInt()).isEqualTo(1);
        assertThat(explanations.waiting(low).data().get("position").asInt()).isEqualTo(2);
        assertThat(explanations.waiting(low).message()).contains("1 for the same target");
    }

    @Test
    void theQueueIsFullAndThoseOnItKnowTheirPlace() throws Exception {
        dispatcher.checkIn();
        var first = tasks.submit();
        enqueuerLoop.loop().tick();
        var second = tasks.submit();
        enqueuerLoop.loop().tick();
        var third = tasks.submit();
        enqueuerLoop.loop().tick();

        var full = explanations.waiting(third);
        assertThat(full.kind()).isEqualTo(WaitingKind.QUEUE_FULL);
        assertThat(full.message()).contains(dispatcher.queue(), "more than 2 attempts");

        var ahead = explanations.waiting(second);
        assertThat(ahead.kind()).isEqualTo(WaitingKind.QUEUE_POSITION);
        assertThat(ahead.data().get("ahead").asInt()).isEqualTo(1);
        assertThat(ahead.data().get("free_slots").asInt()).isEqualTo(10);
        dispatcher.heartbeatWith(0);
        assertThat(explanations.waiting(first).message()).contains("the first", "no slot");
    }

    @Test
    void aRetryWaitsForItsPauseAndSaysWhatItIsFor() {
        dispatcher.checkIn();
        var task = tasks.submitQueued(",\"max_attempts\":3").task();
        var claimed = dispatcher.claim(task, 1);
        dispatcher.callback(
                task,
                claimed.callbackToken(),
                """
                {"task_id":"%s","attempt":1,"epoch":1,"status":"failed","failure_kind":"BACKEND_ERROR",
                 "error_message":"engine gone","completed_at":"2030-01-01T00:00:00Z"}
                """
                        .formatted(task));
        jdbc.sql("update dispatch_outbox set available_at = now() + interval '1 minute'").update();

        var waiting = explanations.waiting(task);

        assertThat(waiting.kind()).isEqualTo(WaitingKind.BACK_OFF);
        assertThat(waiting.message()).contains("Attempt 2 of 3", "engine gone");
        assertThat(waiting.data().get("failure_kind").asString()).isEqualTo("BACKEND_ERROR");
        assertThat(waiting.data().get("until").asString()).isNotBlank();
    }

    @Test
    void anEntryRedisHasLostIsPutBack() throws Exception {
        dispatcher.checkIn();
        var task = tasks.submitQueued().task();
        tasks.set(
                task, "queue = '" + dispatcher.queue() + "', queued_at = now() - interval '29 s'");
        assertThat(explanations.waiting(task).kind()).isEqualTo(WaitingKind.QUEUE_POSITION);
        tasks.set(task, "queued_at = now() - interval '31 s'");

        var waiting = explanations.waiting(task);

        assertThat(waiting.kind()).isEqualTo(WaitingKind.ENTRY_LOST);
        assertThat(waiting.message()).contains("0 where it should hold 1");
        // why: what is foretold comes true.
        lostEntryLoop.loop().tick();
        enqueuerLoop.loop().tick();
        assertThat(explanations.waiting(task).kind()).isEqualTo(WaitingKind.QUEUE_POSITION);
    }

    @Test
    void aQueueNobodyConsumesAnyMoreIsAsGoodAsLostWhereOthersServe() throws Exception {
        dispatcher.checkIn();
        var task = tasks.submit();
        enqueuerLoop.loop().tick();
        cordon(dispatcher);
        assertThat(explanations.waiting(task).kind()).isEqualTo(WaitingKind.ALL_CORDONED);
        TestingDispatcher.of(environment).checkIn();

        var waiting = explanations.waiting(task);

        assertThat(waiting.kind()).isEqualTo(WaitingKind.ENTRY_LOST);
        assertThat(waiting.message()).contains("Nobody takes from queue");
    }

    @Test
    void whatWasReadForABackendThatIsNotHealthyWaitsForTheBackend() {
        var sick =
                dispatcher
                        .with(
                                new BackendStatus(RuntimeType.K8S, "c", true, null),
                                new BackendStatus(RuntimeType.LOCAL, "e", false, "disk full"))
                        .checkedIn();
        var task = tasks.submitQueued().task();
        tasks.set(task, "queue = '" + sick.queue() + "', queued_at = now() - interval '31 s'");
        assertThat(TestingDispatcher.refusalOf(() -> sick.claim(task, 1)))
                .isEqualTo("409 target-not-served");
        assertThat(tasks.outboxRows(task)).isOne();

        var waiting = explanations.waiting(task);

        assertThat(waiting.kind()).isEqualTo(WaitingKind.BACKEND_UNHEALTHY);
        assertThat(waiting.message()).contains(sick.id(), "disk full");
    }

    @Test
    void whatIsUnknownIs404AndATokenIsWanted() {
        var path = "/api/v1/tasks/" + UUID.randomUUID() + "/explain";

        assertThat(explanations.client().get(path).problem()).isEqualTo("task-unknown");
        assertThat(explanations.client().get("/api/v1/tasks/x/explain").problem())
                .isEqualTo("task-unknown");
        assertThat(explanations.client().showing("X-Nothing", "here").get(path).status())
                .isEqualTo(401);
        assertThat(explanations.client().asDispatcher().get(path).status()).isEqualTo(403);
    }

    private void cordon(TestingDispatcher cordoned) {
        assertThat(
                        TestingClient.of(environment)
                                .post("/api/v1/dispatchers/" + cordoned.id() + "/cordon", null)
                                .status())
                .isEqualTo(200);
    }
}
