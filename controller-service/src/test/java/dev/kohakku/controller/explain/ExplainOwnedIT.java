package dev.kohakku.controller.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.common.wire.Claimed;
import dev.kohakku.controller.role.WorkerLoop;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingPresence;
import dev.kohakku.controller.testing.TestingTasks;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a task waits for that a dispatcher owns, and why it ended. */
@ControllerTest
class ExplainOwnedIT {

    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired WorkerLoop handOverLoop;
    @Autowired WorkerLoop attemptRescuerLoop;
    TestingExplanations explanations;
    TestingTasks tasks;
    TestingDispatcher dispatcher;
    TaskId task;
    Claimed claimed;
    long sequence;

    @BeforeEach
    void claim() {
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        new TestingPresence(jdbc).lasting(Duration.ofHours(1));
        explanations = TestingExplanations.of(environment);
        dispatcher = TestingDispatcher.of(environment).checkedIn();
        task = tasks.submitQueued().task();
        claimed = dispatcher.claim(task, 1);
        sequence = 1;
    }

    @Test
    void thePullAndTheStartAreToldApartByWhatTheBackendSays() {
        assertThat(explanations.of(task).get("phase").asString()).isEqualTo("STARTING");
        assertThat(explanations.waiting(task).kind()).isEqualTo(WaitingKind.START);

        says("pulling", "pulling busybox");
        assertThat(explanations.waiting(task).kind()).isEqualTo(WaitingKind.IMAGE_PULL);

        says("pull_failed", "429 too many requests; next try in 2000 ms");
        var failing = explanations.waiting(task);
        assertThat(failing.kind()).isEqualTo(WaitingKind.IMAGE_PULL);
        assertThat(failing.message()).contains("429 too many requests");
        assertThat(explanations.of(task).at("/evidence/1/step").asString())
                .isEqualTo("pull_failed");
        assertThat(explanations.of(task).at("/waiting_for/since").asString())
                .isEqualTo(explanations.of(task).at("/evidence/0/at").asString());

        says("pulled", "pulled busybox in 9 ms");
        assertThat(explanations.waiting(task).kind()).isEqualTo(WaitingKind.START);
    }

    @Test
    void aStartOnABackendThatIsNotHealthyWaitsForTheBackend() {
        dispatcher
                .with(new BackendStatus(RuntimeType.LOCAL, "engine-1", false, "engine hangs"))
                .checkIn();

        assertThat(explanations.waiting(task).kind()).isEqualTo(WaitingKind.BACKEND_UNHEALTHY);
        assertThat(explanations.waiting(task).message()).contains("engine hangs");
    }

    @Test
    void whatRunsWaitsForNothing() {
        runs();

        assertThat(explanations.of(task).get("phase").asString()).isEqualTo("RUNNING");
        var waiting = explanations.waiting(task);
        assertThat(waiting.kind()).isEqualTo(WaitingKind.RUNS);
        assertThat(waiting.data().get("dispatcher_id").asString()).isEqualTo(dispatcher.id());
    }

    @Test
    void aCancelSaysWhichStepItHasReached() {
        runs();
        tasks.cancel(task);
        assertThat(explanations.of(task).get("phase").asString()).isEqualTo("CANCELLING");
        assertThat(step()).isEqualTo("asked");
        for (var reached : new String[] {"term_sent", "kill_sent", "gone"}) {
            says(reached, "it is said");
            assertThat(step()).isEqualTo(reached);
        }
        assertThat(explanations.waiting(task).data().get("overdue").asBoolean()).isFalse();

        tasks.set(task, "deadline_at = now()");

        assertThat(explanations.waiting(task).data().get("overdue").asBoolean()).isTrue();
        assertThat(explanations.waiting(task).message()).contains("longer than the 20 s it may");
    }

    @Test
    void aSilentOwnerMayComeBackUntilTheAttemptCountsAsLost() {
        runs();
        expire();

        var alone = explanations.waiting(task);

        assertThat(alone.kind()).isEqualTo(WaitingKind.OWNER_SILENT);
        assertThat(alone.message()).contains(dispatcher.id(), "Nobody else");
        assertThat(Instant.parse(alone.data().get("lost_at").asString()))
                .isEqualTo(leaseEnd().plusSeconds(60));
    }

    @Test
    void aSilentOwnersAttemptIsHandedToTheOneThatWasForetold() throws Exception {
        runs();
        expire();
        var other = dispatcher.beside().checkedIn();
        var foretold = explanations.waiting(task);
        assertThat(foretold.kind()).isEqualTo(WaitingKind.OWNER_SILENT);
        assertThat(foretold.data().get("adopters").toString())
                .isEqualTo("[\"" + other.id() + "\"]");

        handOverLoop.loop().tick();

        var handed = explanations.waiting(task);
        assertThat(handed.kind()).isEqualTo(WaitingKind.HAND_OVER);
        assertThat(handed.data().get("dispatcher_id").asString()).isEqualTo(other.id());
        other.claim(task, 1);
        assertThat(explanations.waiting(task).kind()).isEqualTo(WaitingKind.RUNS);
        assertThat(explanations.of(task).get("evidence").toString())
                .contains("handed_over", "claimed_again");
    }

    @Test
    void aDispatcherThatSaidThatItStopsIsNotCalledSilent() {
        runs();
        dispatcher.leave();

        assertThat(explanations.waiting(task).message()).contains("has stopped");
        assertThat(explanations.waiting(task).data().get("left").asBoolean()).isTrue();
    }

    @Test
    void aFailureSaysWhoseFaultItWasAndWhatToDo() {
        ends("\"status\":\"failed\",\"failure_kind\":\"OUT_OF_MEMORY\",\"exit_code\":137");

        var explained = explanations.of(task);

        assertThat(explained.get("phase").asString()).isEqualTo("ENDED");
        assertThat(explained.get("waiting_for").isNull()).isTrue();
        var ended = explained.get("ended");
        assertThat(ended.get("state").asString()).isEqualTo("FAILED");
        assertThat(ended.get("failure_kind").asString()).isEqualTo("OUT_OF_MEMORY");
        assertThat(ended.get("fault").asString()).isEqualTo("user");
        assertThat(ended.get("retryable").asBoolean()).isFalse();
        assertThat(ended.get("attempts_left").asInt()).isZero();
        assertThat(ended.get("message").asString()).contains("137");
        assertThat(ended.get("advice").asString()).contains("resources.memory");
    }

    @Test
    void whatIsDeadIsDoneAgainByTheCallThatIsAdvised() {
        ends("\"status\":\"failed\",\"failure_kind\":\"BACKEND_ERROR\"");
        var call = Pattern.compile("POST (\\S+)").matcher(advice());
        assertThat(call.find()).isTrue();

        var again = explanations.client().post(call.group(1), null);

        assertThat(again.status()).isEqualTo(201);
        assertThat(advice())
                .contains("Task " + again.json().get("id").asString() + " does it again.");
    }

    private String advice() {
        return explanations.of(task).at("/ended/advice").asString();
    }

    @Test
    void aSuccessNeedsNoAdvice() {
        ends("\"status\":\"completed\",\"exit_code\":0");

        var ended = explanations.of(task).get("ended");

        assertThat(ended.get("failure_kind").isNull()).isTrue();
        assertThat(ended.get("advice").isNull()).isTrue();
        assertThat(ended.get("message").asString()).contains("COMPLETED", "exit code 0");
    }

    @Test
    void aCancelNobodyCouldVerifyAsksForALook() throws Exception {
        tasks.cancel(task);
        // why: only while others are heard is a silence one's own.
        dispatcher.elsewhere().checkedIn();
        jdbc.sql(
                        "update dispatchers set lease_expires_at = now() - interval '2 minutes' where id = :id")
                .param("id", dispatcher.id())
                .update();

        attemptRescuerLoop.loop().tick();

        var ended = explanations.of(task).get("ended");
        assertThat(ended.get("state").asString()).isEqualTo("CANCELLED");
        assertThat(ended.get("message").asString()).contains("not verified");
        assertThat(ended.get("advice").asString()).contains("/api/v1/leaks");
    }

    private String step() {
        var waiting = explanations.waiting(task);
        assertThat(waiting.kind()).isEqualTo(WaitingKind.CANCEL);
        return waiting.data().get("step").asString();
    }

    private void says(String step, String words) {
        report(new AttemptEvent.Backend(NOW, step, words));
    }

    private void runs() {
        report(new AttemptEvent.Running(NOW, "c-1", "engine-1"));
    }

    private void report(AttemptEvent event) {
        dispatcher.report(new AttemptId(task, 1), claimed.epoch(), sequence++, event);
    }

    private void ends(String fields) {
        dispatcher.callback(
                task,
                claimed.callbackToken(),
                "{\"task_id\":\""
                        + task
                        + "\",\"attempt\":1,\"epoch\":1,\"completed_at\":\"2030-01-01T00:00:00Z\","
                        + fields
                        + "}");
    }

    private void expire() {
        jdbc.sql("update dispatchers set lease_expires_at = now() - interval '1 s' where id = :id")
                .param("id", dispatcher.id())
                .update();
    }

    private Instant leaseEnd() {
        return jdbc.sql("select lease_expires_at from dispatchers where id = :id")
                .param("id", dispatcher.id())
                .query(OffsetDateTime.class)
                .single()
                .toInstant();
    }
}
