package dev.kohakku.controller.attempt;

import static dev.kohakku.controller.testing.TestingDispatcher.refusalOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingTasks;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class ReportIT {

    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final AttemptEvent PULLING =
            new AttemptEvent.Backend(NOW, "pulling", "Pulling busybox");
    private static final AttemptEvent RUNNING = new AttemptEvent.Running(NOW, "c-1", "engine-1");
    private static final AttemptEvent CHECKED_IN = new AttemptEvent.CheckedIn(NOW);

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    TestingTasks tasks;
    TestingDispatcher dispatcher;
    AttemptId attempt;
    TaskId task;
    Epoch epoch;

    @BeforeEach
    void claim() {
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        dispatcher = TestingDispatcher.of(environment).checkedIn();
        attempt = tasks.submitQueued(",\"timeout_seconds\":1000");
        task = attempt.task();
        epoch = dispatcher.claim(task, 1).epoch();
    }

    @Test
    void eventsGoToTheTimelineInOrderAndTheContainersStartMovesTheTask() {
        var answer =
                dispatcher.report(
                        attempt,
                        epoch,
                        1,
                        PULLING,
                        RUNNING,
                        CHECKED_IN,
                        new AttemptEvent.Progress(NOW, 40, "halfway", Map.of("a", 1)));

        assertThat(answer.cancelRequested()).isFalse();
        assertThat(tasks.timeline(task))
                .containsExactly(
                        "PENDING",
                        "PROVISIONING",
                        "backend",
                        "RUNNING",
                        "agent_checked_in",
                        "progress");
        assertThat(tasks.attempt(attempt).get("container_id")).isEqualTo("c-1");
        assertThat(tasks.attempt(attempt).get("scope")).isEqualTo("engine-1");
        assertThat(
                        jdbc.sql(
                                        """
                                        select started_at is not null
                                           and deadline_at between now() + interval '1050 s' and now() + interval '1060 s'
                                        from tasks where id = :id
                                        """)
                                .param("id", task.value())
                                .query(Boolean.class)
                                .single())
                .isTrue();
    }

    @Test
    void anAgentsCheckInMovesTheTaskToo() {
        dispatcher.report(attempt, epoch, 1, CHECKED_IN);

        assertThat(tasks.state(task)).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void aStartThatIsAskedForIsKeptForLaterOwnersAndChangesNothingElse() {
        assertThat(dispatcher.claim(task, 1).startAskedAt()).isNull();

        dispatcher.report(attempt, epoch, 1, new AttemptEvent.Starting(NOW));

        assertThat(tasks.state(task)).isEqualTo(TaskState.PROVISIONING);
        assertThat(tasks.timeline(task)).containsExactly("PENDING", "PROVISIONING");
        var asked = dispatcher.claim(task, 1).startAskedAt();
        // why its own clock: the dispatcher's may be off.
        assertThat(asked).isAfter(Instant.now().minusSeconds(600)).isBefore(NOW);
        dispatcher.report(attempt, epoch, 1, new AttemptEvent.Starting(NOW));
        assertThat(dispatcher.claim(task, 1).startAskedAt()).isEqualTo(asked);
    }

    @Test
    void whoDoesNotOwnTheAttemptAsksForNoStart() {
        assertThat(
                        refusalOf(() ->
                                dispatcher.report(
                                        attempt,
                                        new Epoch(epoch.value() + 1),
                                        1,
                                        new AttemptEvent.Starting(NOW))))
                .isEqualTo("409 attempt-fenced");
        assertThat(dispatcher.claim(task, 1).startAskedAt()).isNull();
    }

    @Test
    void knownEventsArePassedOver() {
        dispatcher.report(attempt, epoch, 1, PULLING, RUNNING);
        dispatcher.report(attempt, epoch, 1, PULLING, RUNNING);
        dispatcher.report(attempt, epoch, 2, RUNNING, CHECKED_IN);

        assertThat(tasks.timeline(task))
                .containsExactly(
                        "PENDING", "PROVISIONING", "backend", "RUNNING", "agent_checked_in");
    }

    @Test
    void aNewOwnerCountsItsEventsAnew() {
        dispatcher.report(attempt, epoch, 1, PULLING, RUNNING);
        var restarted = dispatcher.restarted().checkedIn();
        var next = restarted.claim(task, 1).epoch();

        restarted.report(attempt, next, 1, RUNNING);

        assertThat(tasks.timeline(task)).endsWith("claimed_again", "running");
        assertThat(tasks.state(task)).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void aProcessThatClaimsAgainCountsItsEventsAnew() {
        dispatcher.report(attempt, epoch, 1, PULLING, PULLING);
        dispatcher.claim(task, 1);

        dispatcher.report(attempt, epoch, 1, RUNNING);

        assertThat(tasks.state(task)).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void aReporterThatGoesOnCountingAfterAnotherClaimLosesNothing() {
        dispatcher.report(attempt, epoch, 1, PULLING);
        dispatcher.claim(task, 1);

        dispatcher.report(attempt, epoch, 2, RUNNING);
        dispatcher.report(attempt, epoch, 2, RUNNING, CHECKED_IN);

        assertThat(tasks.timeline(task))
                .containsExactly(
                        "PENDING", "PROVISIONING", "backend", "RUNNING", "agent_checked_in");
    }

    @ParameterizedTest
    @CsvSource({"0,reports", "-1,reports", "0,claim", "-1,claim"})
    void thereIsNoAttemptBelowOne(int number, String call) {
        var answer =
                TestingClient.of(environment)
                        .asDispatcher()
                        .post(
                                "/api/v1/tasks/" + task + "/attempts/" + number + "/" + call + "/",
                                call.equals("claim")
                                        ? "{\"dispatcher_id\":\"a\",\"instance\":\"b\"}"
                                        : "{\"epoch\":1,\"sequence\":1,\"events\":[{\"type\":\"backend\",\"at\":\"2030-01-01T00:00:00Z\",\"step\":\"s\",\"message\":\"m\"}]}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo("attempt");
    }

    @Test
    void theAnswerSaysThatACancelWaits() {
        tasks.cancel(task);

        assertThat(dispatcher.report(attempt, epoch, 1, RUNNING).cancelRequested()).isTrue();
        assertThat(tasks.state(task)).isEqualTo(TaskState.CANCELLING);
    }

    @Test
    void aReportBehindTheFenceIsRecordedOnceAndChangesNothing() {
        dispatcher.restarted().checkedIn().claim(task, 1);
        var before = tasks.row(task);

        for (var i = 1; i <= 2; i++) {
            var sequence = i;
            assertThat(refusalOf(() -> dispatcher.report(attempt, epoch, sequence, RUNNING)))
                    .isEqualTo("409 attempt-fenced");
        }

        assertThat(tasks.row(task)).isEqualTo(before);
        assertThat(tasks.timeline(task)).containsOnlyOnce("superseded_report");
        assertThat(
                        refusalOf(() ->
                                dispatcher.report(
                                        new AttemptId(task, 9), new Epoch(1), 1, RUNNING)))
                .isEqualTo("409 attempt-fenced");
    }

    @Test
    void aReportAfterTheEndIsRefused() {
        tasks.set(task, "state = 'FAILED', deadline_at = null");

        assertThat(refusalOf(() -> dispatcher.report(attempt, epoch, 1, RUNNING)))
                .isEqualTo("409 attempt-fenced");
        assertThat(tasks.state(task)).isEqualTo(TaskState.FAILED);
        assertThat(
                        refusalOf(() ->
                                dispatcher.report(
                                        new AttemptId(new TaskId(UUID.randomUUID()), 1),
                                        epoch,
                                        1,
                                        RUNNING)))
                .isEqualTo("404 task-unknown");
    }

    @Test
    void wordsOfAnEngineAreCutToSizeInsteadOfRefused() {
        var detail = new HashMap<String, Object>();
        detail.put("nul\0", "a\0b");
        detail.put("none", null);

        dispatcher.report(
                attempt,
                epoch,
                1,
                new AttemptEvent.Backend(NOW, "pulling", "\0" + "x".repeat(3_000)),
                new AttemptEvent.Progress(NOW, null, null, detail),
                new AttemptEvent.Progress(NOW, 1, null, Map.of("big", "x".repeat(20_000))),
                RUNNING);

        assertThat(tasks.state(task)).isEqualTo(TaskState.RUNNING);
        assertThat(
                        jdbc.sql("select max(length(message)) from task_events where task_id = :id")
                                .param("id", task.value())
                                .query(Integer.class)
                                .single())
                .isEqualTo(2_000);
    }

    @Test
    void aReportNamesEveryWrongField() {
        var answer =
                TestingClient.of(environment)
                        .asDispatcher()
                        .post(
                                "/api/v1/tasks/" + task + "/attempts/1/reports/",
                                "{\"sequence\":0,\"events\":[{\"type\":\"backend\",\"message\":\"m\"},{\"type\":\"progress\",\"at\":\"2030-01-01T00:00:00Z\",\"percent\":101}]}");

        assertThat(answer.problem()).isEqualTo("invalid-request");
        assertThat(answer.json().get("errors").valueStream().map(e -> e.get("field").asString()))
                .containsExactlyInAnyOrder(
                        "epoch", "sequence", "events[0].at", "events[0].step", "events[1].percent");
        assertThat(
                        TestingClient.of(environment)
                                .asDispatcher()
                                .post(
                                        "/api/v1/tasks/" + task + "/attempts/1/reports/",
                                        "{\"epoch\":1,\"sequence\":1,\"events\":[{\"type\":\"what\"}]}")
                                .status())
                .isEqualTo(400);
    }
}
