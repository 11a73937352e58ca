package dev.kohakku.controller.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.queue.DeadLetter;
import dev.kohakku.common.queue.QueuedAttempt;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.controller.testing.TestingTasks;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class DeadLetterApiIT {

    private static final String PATH = "/api/v1/dead-letters";

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired DeadLetterStore store;
    TestingClient client;
    TestingTasks tasks;

    @BeforeEach
    void clear() {
        client = TestingClient.of(environment);
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        jdbc.sql("delete from dead_letters").update();
        jdbc.sql("update tasks set failure_kind = null, state = 'CANCELLED'").update();
    }

    @ParameterizedTest
    @EnumSource(FailureKind.class)
    void aTaskIsDeadExactlyWhereAnotherTryCouldMendIt(FailureKind kind) {
        var task = failed(kind);

        assertThat(client.get(PATH + "/" + task).status())
                .isEqualTo(kind.isRetryable() ? 200 : 404);
        assertThat(redrive(task.value()).status()).isEqualTo(kind.isRetryable() ? 201 : 409);
    }

    @Test
    void aTaskShowsWhatItDiedOfAndADeliveryWhatItWas() {
        var task = failed(FailureKind.DISPATCHER_LOST);
        var delivery = delivered(Map.of("task_id", "no-uuid", "x", "a\0b"), null, "not a\0 UUID");

        var shown = client.get(PATH + "/" + task).json();
        assertThat(shown.get("kind").asString()).isEqualTo("task");
        assertThat(shown.get("failure_kind").asString()).isEqualTo("DISPATCHER_LOST");
        assertThat(shown.get("reason").asString()).isEqualTo("because");
        assertThat(shown.get("task_id").asString()).isEqualTo(task.toString());
        assertThat(shown.get("redriven_as").isNull()).isTrue();
        var entry = client.get(PATH + "/" + delivery).json();
        assertThat(entry.get("kind").asString()).isEqualTo("delivery");
        assertThat(entry.get("reason").asString()).isEqualTo("not a\uFFFD UUID");
        assertThat(entry.get("fields").get("x").asString()).isEqualTo("a\0b");
        assertThat(entry.get("entry_id").asString()).isEqualTo("7-0");
        assertThat(entry.get("task_id").isNull()).isTrue();
    }

    @Test
    void theListShowsTheNewestFirstInPages() {
        var expected = new ArrayList<String>();
        for (var i = 0; i < 3; i++) {
            expected.addFirst(failed(FailureKind.INTERNAL).toString());
            expected.addFirst(delivered(Map.of(), null, "r" + i).toString());
        }

        assertThat(walk("limit=2")).isEqualTo(expected);
        assertThat(walk("limit=200")).isEqualTo(expected);
        assertThat(walk("limit=1&kind=task"))
                .isEqualTo(List.of(expected.get(1), expected.get(3), expected.get(5)));
        assertThat(walk("kind=delivery"))
                .isEqualTo(List.of(expected.get(0), expected.get(2), expected.get(4)));
    }

    @Test
    void theListShowsWhatIsOpenUnlessItIsAskedForWhatIsRedriven() {
        var open = failed(FailureKind.INTERNAL);
        var redriven = failed(FailureKind.INTERNAL);
        var delivery = delivered(Map.of(), redriven, "delivered 5 times");
        redrive(delivery);

        assertThat(walk("limit=1")).containsExactly(open.toString());
        assertThat(walk("redriven=false")).containsExactly(open.toString());
        assertThat(walk("redriven=true&limit=1"))
                .containsExactly(delivery.toString(), redriven.toString());
        assertThat(walk("redriven=true&kind=task")).containsExactly(redriven.toString());
        assertThat(walk("redriven=true&kind=task&kind=delivery")).hasSize(2);
    }

    @Test
    void wrongParametersAreNamed() {
        var answer =
                client.get(PATH + "?kind=task&kind=all&redriven=no&limit=0&cursor=x&state=FAILED");

        assertThat(answer.problem()).isEqualTo("invalid-request");
        assertThat(answer.json().get("errors").findValuesAsString("field"))
                .containsExactlyInAnyOrder("kind", "redriven", "limit", "cursor", "state");
        failed(FailureKind.INTERNAL);
        failed(FailureKind.INTERNAL);
        var cursor = client.get(PATH + "?limit=1").json().get("next_cursor").asString();
        assertThat(client.get(PATH + "?kind=task&cursor=" + cursor).problem())
                .isEqualTo("invalid-request");
        assertThat(client.get(PATH + "?redriven=true&cursor=" + cursor).problem())
                .isEqualTo("invalid-request");
    }

    @Test
    void aRedriveMakesANewTaskOfTheSameSpecOnce() {
        var dead = failed(FailureKind.NO_CAPACITY, ",\"priority\":7,\"labels\":{\"a\":\"b\"}");

        var first = redrive(dead.value());
        var second = redrive(dead.value());

        assertThat(first.status()).isEqualTo(201);
        assertThat(first.header("Idempotency-Replayed")).isEmpty();
        var made = TaskId.parse(first.json().get("id").asString());
        assertThat(first.header("Location")).isEqualTo("/api/v1/tasks/" + made);
        assertThat(first.json().get("redrive_of").asString()).isEqualTo(dead.toString());
        assertThat(first.json().get("priority").asInt()).isEqualTo(7);
        assertThat(first.json().get("state").asString()).isEqualTo("PENDING");
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(second.json()).isEqualTo(first.json());
        assertThat(tasks.outboxRows(made)).isOne();
        assertThat(tasks.timeline(dead)).contains("redriven");
        assertThat(tasks.state(dead)).isEqualTo(TaskState.FAILED);
        assertThat(client.get(PATH + "/" + dead).json().get("redriven_as").asString())
                .isEqualTo(made.toString());
    }

    @Test
    void ofManyRedrivesAtOnceOneMakesTheTask() throws Exception {
        var dead = failed(FailureKind.INTERNAL);
        var ids = new HashSet<String>();
        var fresh = 0;
        try (var pool = Executors.newFixedThreadPool(8)) {
            Callable<TestingClient.Answer> work = () -> redrive(dead.value());
            for (var done : pool.invokeAll(Collections.nCopies(8, work))) {
                ids.add(done.get().json().get("id").asString());
                fresh += done.get().header("Idempotency-Replayed").isEmpty() ? 1 : 0;
            }
        }

        assertThat(ids).hasSize(1);
        assertThat(fresh).isOne();
    }

    @Test
    void whatFailsAgainCanBeRedrivenAgain() {
        var dead = failed(FailureKind.INTERNAL);
        var second = TaskId.parse(redrive(dead.value()).json().get("id").asString());
        fail(second, FailureKind.INTERNAL);

        var third = redrive(second.value());

        assertThat(third.status()).isEqualTo(201);
        assertThat(third.json().get("redrive_of").asString()).isEqualTo(second.toString());
        assertThat(redrive(dead.value()).json().get("id").asString()).isEqualTo(second.toString());
    }

    @Test
    void aDeliveryIsRedrivenAsItsTask() {
        var dead = failed(FailureKind.INTERNAL);
        var letter = delivered(Map.of(), dead, "delivered 5 times and never acknowledged");

        var byLetter = redrive(letter);
        var byTask = redrive(dead.value());

        assertThat(byLetter.status()).isEqualTo(201);
        assertThat(byLetter.json().get("redrive_of").asString()).isEqualTo(dead.toString());
        assertThat(byTask.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(byTask.json().get("id")).isEqualTo(byLetter.json().get("id"));
        assertThat(client.get(PATH + "/" + letter).json().get("redriven_as"))
                .isEqualTo(byLetter.json().get("id"));
    }

    @Test
    void aWorkflowsTaskIsRedrivenOutsideOfTheWorkflow() {
        var instance = UUID.randomUUID().toString();
        var dead =
                failed(
                        FailureKind.INTERNAL,
                        ",\"labels\":{\"kohakku.dev/workflow-instance\":\""
                                + instance
                                + "\",\"a\":\"b\"}");

        var labels = redrive(dead.value()).json().get("labels");

        assertThat(labels.toString()).isEqualTo("{\"a\":\"b\"}");
    }

    @ParameterizedTest
    @EnumSource(names = {"PENDING", "QUEUED", "PROVISIONING", "RUNNING", "CANCELLING", "COMPLETED"})
    void whatIsNotDeadIsRefusedWithItsState(TaskState state) {
        var task = tasks.submit();
        tasks.set(task, "state = '" + state + "'");
        var letter = delivered(Map.of(), task, "delivered 5 times and never acknowledged");

        for (var id : List.of(task.value(), letter)) {
            var answer = redrive(id);
            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.problem()).isEqualTo("not-a-dead-letter");
            assertThat(answer.json().get("state").asString()).isEqualTo(state.name());
        }
        assertThat(client.get(PATH + "/" + task).problem()).isEqualTo("dead-letter-unknown");
    }

    @Test
    void aTaskSomebodyCancelledIsNotDead() {
        var task = failed(FailureKind.BACKEND_ERROR);
        tasks.set(task, "cancel_requested_at = now()");

        assertThat(redrive(task.value()).problem()).isEqualTo("not-a-dead-letter");
    }

    @Test
    void anUnknownLetterIs404() {
        for (var id : List.of(UUID.randomUUID().toString(), "no-uuid", "x".repeat(400))) {
            assertThat(client.get(PATH + "/" + id).problem()).isEqualTo("dead-letter-unknown");
            assertThat(client.post(PATH + "/" + id + "/redrive", null).problem())
                    .isEqualTo("dead-letter-unknown");
        }
    }

    @Test
    void aDeliveryThatNamesNoTaskIsRefusedWithTheReason() {
        var unreadable = redrive(delivered(Map.of(), null, "task_id is missing"));
        var stray = TaskId.parse(UUID.randomUUID().toString());
        var unknown = redrive(delivered(Map.of(), stray, "delivered 5 times"));

        assertThat(unreadable.status()).isEqualTo(409);
        assertThat(unreadable.problem()).isEqualTo("dead-letter-not-redrivable");
        assertThat(unreadable.json().get("detail").asString()).contains("task_id is missing");
        assertThat(unknown.problem()).isEqualTo("dead-letter-not-redrivable");
        assertThat(unknown.json().get("detail").asString()).contains(stray.toString());
    }

    @Test
    void aTaskPastItsExpiryIsRefusedUnlessItIsDoneAgainAlready() {
        var expiry = ",\"expires_at\":\"" + Instant.now().plusSeconds(3_600) + "\"";
        var expired = failed(FailureKind.INTERNAL, expiry);
        tasks.set(expired, "expires_at = now()");
        var redriven = failed(FailureKind.INTERNAL, expiry);
        redrive(redriven.value());
        tasks.set(redriven, "expires_at = now()");

        var refused = redrive(expired.value());

        assertThat(refused.problem()).isEqualTo("dead-letter-not-redrivable");
        assertThat(refused.json().get("detail").asString()).contains("expires_at");
        assertThat(redrive(redriven.value()).header("Idempotency-Replayed")).isEqualTo("true");
    }

    private List<String> walk(String query) {
        var seen = new ArrayList<String>();
        var page = client.get(PATH + "?" + query).json();
        while (true) {
            page.get("items").forEach(item -> seen.add(item.get("id").asString()));
            if (page.get("next_cursor").isNull()) {
                return seen;
            }
            page =
                    client.get(PATH + "?" + query + "&cursor=" + page.get("next_cursor").asString())
                            .json();
        }
    }

    private TestingClient.Answer redrive(UUID id) {
        return client.post(PATH + "/" + id + "/redrive", null);
    }

    private TaskId failed(FailureKind kind, String... fields) {
        var task = tasks.submit(fields);
        fail(task, kind);
        return task;
    }

    private void fail(TaskId task, FailureKind kind) {
        tasks.set(
                task,
                "state = 'FAILED', error_message = 'because', finished_at = clock_timestamp(), deadline_at = null, failure_kind = '"
                        + kind
                        + "'");
    }

    private UUID delivered(Map<String, String> fields, TaskId task, String reason) {
        var queue = "test:" + UUID.randomUUID();
        var queued = task == null ? null : new QueuedAttempt(new AttemptId(task, 1), null);
        assertThat(store.insertIfNew(queue, new DeadLetter("8-0", "7-0", reason, fields, queued)))
                .isTrue();
        assertThat(store.insertIfNew(queue, new DeadLetter("8-0", "7-0", reason, fields, queued)))
                .isFalse();
        return jdbc.sql("select id from dead_letters where queue = :queue")
                .param("queue", queue)
                .query(UUID.class)
                .single();
    }
}
