package dev.kohakku.controller.attempt;

import static dev.kohakku.controller.testing.TestingDispatcher.refusalOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.telemetry.Metrics;
import dev.kohakku.common.wire.Claimed;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingTasks;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class CallbackIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired MeterRegistry meters;
    TestingTasks tasks;
    TestingDispatcher dispatcher;
    TaskId task;
    Claimed claimed;

    @BeforeEach
    void claim() {
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        dispatcher = TestingDispatcher.of(environment).checkedIn();
        claimNew(",\"max_attempts\":2");
    }

    private void claimNew(String... fields) {
        task = tasks.submitQueued(fields).task();
        claimed = dispatcher.claim(task, 1);
    }

    @Test
    void aCompletedTaskKeepsItsResult() {
        send(
                "\"status\":\"completed\",\"exit_code\":0,\"result_key\":\"results/r\",\"result_metadata\":{\"a\":[1]},\"log_stream\":\"logs/l\"");

        var row = tasks.row(task);
        assertThat(row.get("state")).isEqualTo("COMPLETED");
        assertThat(row.get("exit_code")).isEqualTo(0);
        assertThat(row.get("result_key")).isEqualTo("results/r");
        assertThat(row.get("result_metadata").toString()).isEqualTo("{\"a\": [1]}");
        assertThat(tasks.attempt(new AttemptId(task, 1)).get("log_stream")).isEqualTo("logs/l");
        assertThat(tasks.attempt(new AttemptId(task, 1)).get("state")).isEqualTo("COMPLETED");
    }

    @ParameterizedTest
    @CsvSource({
        "failed, , 3, FAILED, EXIT_CODE, The container ended with exit code 3",
        "failed, OUT_OF_MEMORY, 137, FAILED, OUT_OF_MEMORY, The container ended with exit code 137",
        "failed, IMAGE_NOT_FOUND, , FAILED, IMAGE_NOT_FOUND, The attempt failed",
        "timed_out, , , TIMED_OUT, RUN_TIMEOUT, The attempt was stopped by a timeout",
        "timed_out, RUN_TIMEOUT, 143, TIMED_OUT, RUN_TIMEOUT, The attempt was stopped by a timeout"
    })
    void aFailureThatNoOtherTryMendsEndsTheTask(
            String status, String kind, String code, String state, String recorded, String words) {
        send(
                "\"status\":\""
                        + status
                        + "\""
                        + (kind == null ? "" : ",\"failure_kind\":\"" + kind + "\"")
                        + (code == null ? "" : ",\"exit_code\":" + code));

        var row = tasks.row(task);
        assertThat(row.get("state")).isEqualTo(state);
        assertThat(row.get("failure_kind")).isEqualTo(recorded);
        assertThat(row.get("error_message")).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({"failed, BACKEND_ERROR, FAILED", "timed_out, START_TIMEOUT, TIMED_OUT"})
    void aFailureThatMayMendLeadsToAnotherAttempt(String status, String kind, String ended) {
        var first =
                "\"status\":\""
                        + status
                        + "\",\"failure_kind\":\""
                        + kind
                        + "\",\"error_message\":\"engine gone\"";
        send(first);

        var row = tasks.row(task);
        assertThat(row.get("state")).isEqualTo("PENDING");
        assertThat(row.get("attempt")).isEqualTo(2);
        assertThat(row.get("epoch")).isEqualTo(0L);
        assertThat(row.get("dispatcher_id")).isNull();
        assertThat(tasks.outboxRows(task)).isOne();
        assertThat(tasks.attempt(new AttemptId(task, 1)))
                .containsEntry("state", ended)
                .containsEntry("failure_kind", kind)
                .containsEntry("error_message", "engine gone");
        // why 200: the answer to the first may have been lost.
        assertThat(refusalOf(() -> send(first))).isEqualTo("none");
        assertThat(refusalOf(() -> send("\"status\":\"completed\",\"exit_code\":0")))
                .isEqualTo("409 attempt-fenced");
        assertThat(tasks.state(task)).isEqualTo(TaskState.PENDING);
        assertThat(tasks.timeline(task)).containsOnlyOnce("superseded_report");
    }

    @Test
    void theLastAttemptsFailureEndsTheTask() {
        tasks.set(task, "max_attempts = 1");

        send("\"status\":\"failed\",\"failure_kind\":\"BACKEND_ERROR\"");

        assertThat(tasks.state(task)).isEqualTo(TaskState.FAILED);
        assertThat(tasks.row(task).get("failure_kind")).isEqualTo("BACKEND_ERROR");
    }

    @ParameterizedTest
    @CsvSource({
        "'\"status\":\"cancelled\"', CANCELLED",
        "'\"status\":\"completed\",\"exit_code\":0', COMPLETED",
        "'\"status\":\"failed\",\"failure_kind\":\"BACKEND_ERROR\"', FAILED",
        "'\"status\":\"timed_out\"', TIMED_OUT"
    })
    void aTaskBeingCancelledEndsAsItsContainerDid(String fields, TaskState state) {
        tasks.cancel(task);

        send(fields);

        assertThat(tasks.state(task)).isEqualTo(state);
    }

    @Test
    void aCancelAtTheDispatcherItselfIsTakenAsOne() {
        send("\"status\":\"cancelled\",\"exit_code\":143");

        assertThat(tasks.timeline(task))
                .containsExactly("PENDING", "PROVISIONING", "CANCELLING", "CANCELLED");
    }

    @Test
    void anEndIsCountedOnce() {
        tasks.set(task, "max_attempts = 1");
        var ended =
                meters.counter(
                        Metrics.TASKS_ENDED,
                        Metrics.STATE,
                        "failed",
                        Metrics.FAILURE_KIND,
                        "out_of_memory");
        var count = ended.count();

        send("\"status\":\"failed\",\"failure_kind\":\"OUT_OF_MEMORY\"");
        send("\"status\":\"failed\",\"failure_kind\":\"OUT_OF_MEMORY\"");

        assertThat(ended.count()).isEqualTo(count + 1);
    }

    @Test
    void theSameEndAgainIsTakenAsSaid() {
        send("\"status\":\"failed\",\"exit_code\":3");
        var before = tasks.row(task);

        assertThat(refusalOf(() -> send("\"status\":\"failed\",\"exit_code\":3")))
                .isEqualTo("none");
        assertThat(refusalOf(() -> send("\"status\":\"completed\",\"exit_code\":0")))
                .isEqualTo("409 attempt-fenced");

        assertThat(tasks.row(task)).isEqualTo(before);
    }

    @Test
    void theOwnerBeforeIsFencedThoughItsTokenIsVoid() {
        var old = claimed;
        dispatcher.restarted().checkedIn().claim(task, 1);

        assertThat(
                        refusalOf(() ->
                                dispatcher.callback(
                                        task,
                                        old.callbackToken(),
                                        body("\"status\":\"completed\",\"exit_code\":0"))))
                .isEqualTo("409 attempt-fenced");
        assertThat(tasks.state(task)).isEqualTo(TaskState.PROVISIONING);
        assertThat(tasks.timeline(task)).endsWith("superseded_report");
    }

    @Test
    void ofEightEqualCallbacksAllAreTakenAndOneCounts() throws Exception {
        var together = new CyclicBarrier(8);
        var answers = new ArrayList<Future<String>>();
        try (var pool = Executors.newFixedThreadPool(8)) {
            for (var i = 0; i < 8; i++) {
                answers.add(
                        pool.submit(() -> {
                            together.await();
                            return refusalOf(() ->
                                    send(
                                            "\"status\":\"failed\",\"failure_kind\":\"BACKEND_ERROR\""));
                        }));
            }
        }
        for (var answer : answers) {
            assertThat(answer.get()).isEqualTo("none");
        }
        assertThat(tasks.row(task).get("attempt")).isEqualTo(2);
        assertThat(tasks.timeline(task)).containsExactly("PENDING", "PROVISIONING", "PENDING");
    }

    @Test
    void whatOneAttemptLeftIsNotInTheNext() {
        send("\"status\":\"failed\",\"failure_kind\":\"BACKEND_ERROR\"");
        tasks.set(task, "state = 'QUEUED'");
        var next = dispatcher.claim(task, 2);

        assertThat(next.epoch().value()).isEqualTo(1);
        assertThat(
                        refusalOf(() ->
                                dispatcher.callback(
                                        task,
                                        claimed.callbackToken(),
                                        body(2, "\"status\":\"completed\""))))
                .isEqualTo("401 callback-token-invalid");
        dispatcher.callback(task, next.callbackToken(), body(2, "\"status\":\"completed\""));
        assertThat(tasks.state(task)).isEqualTo(TaskState.COMPLETED);
        assertThat(Map.of("exit", tasks.attempt(new AttemptId(task, 1)).get("state")))
                .containsEntry("exit", "FAILED");
    }

    private void send(String fields) {
        dispatcher.callback(task, claimed.callbackToken(), body(fields));
    }

    private String body(String fields) {
        return body(1, fields);
    }

    private String body(int attempt, String fields) {
        return "{\"task_id\":\""
                + task
                + "\",\"attempt\":"
                + attempt
                + ",\"epoch\":1,\"completed_at\":\"2030-01-01T00:00:00Z\","
                + fields
                + "}";
    }
}
