package dev.kohakku.controller.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class TaskApiIT {

    private static final String LEAST = "{\"name\":\"n\",\"image\":\"busybox\"}";

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    TestingClient client;

    @BeforeEach
    void connect() {
        client = TestingClient.of(environment);
    }

    @Test
    void anAcceptedTaskIsThereWithAttemptEventAndOutbox() {
        var answer = client.post("/api/v1/tasks", LEAST);

        assertThat(answer.status()).isEqualTo(201);
        var task = answer.json();
        var id = task.get("id").asString();
        assertThat(answer.header("location")).isEqualTo("/api/v1/tasks/" + id);
        assertThat(UUID.fromString(id).version()).isEqualTo(7);
        assertThat(task.get("state").asString()).isEqualTo("PENDING");
        assertThat(task.get("attempt").intValue()).isEqualTo(1);
        assertThat(client.get("/api/v1/tasks/" + id).json()).isEqualTo(task);
        assertThat(count("attempts", id)).isEqualTo(1);
        assertThat(count("dispatch_outbox", id)).isEqualTo(1);
        var timeline = client.get("/api/v1/tasks/" + id + "/events").json();
        assertThat(timeline.get("items").get(0).get("to_state").asString()).isEqualTo("PENDING");
        assertThat(timeline.get("items").get(0).get("actor").asString())
                .isEqualTo("token:bootstrap");
        assertThat(timeline.get("attempts").get(0).get("number").intValue()).isEqualTo(1);
    }

    @Test
    void aWaitingTaskHasADeadline() {
        var id = submit("{\"name\":\"n\",\"image\":\"b\",\"queue_timeout_seconds\":60}");

        assertThat(
                        jdbc.sql(
                                        "select deadline_at between now() + interval '50 s' and now() + interval '61 s' from tasks where id = cast(:id as uuid)")
                                .param("id", id)
                                .query(Boolean.class)
                                .single())
                .isTrue();
    }

    @Test
    void badInputIsAProblemThatNamesEachField() {
        var answer =
                client.post(
                        "/api/v1/tasks",
                        "{\"image\":\"X Y\",\"resources\":{\"memory\":\"2Gb\"},\"extra\":1}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.problem()).isEqualTo("invalid-request");
        assertThat(answer.json().get("errors").findValuesAsString("field"))
                .containsExactlyInAnyOrder("name", "image", "resources.memory", "extra");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "nonsense",
                "{\"name\":\"n\",\"name\":\"m\",\"image\":\"b\"}",
                "{\"name\":\"n\",\"image\":\"b\"} {}",
                "{\"name\":NaN}"
            })
    void aBodyThatIsNotJsonIsAProblem(String body) {
        var answer = client.post("/api/v1/tasks", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.problem()).isEqualTo("unreadable-body");
    }

    @Test
    void aBodyOfMoreThanAMebibyteIs413WithAndWithoutALength() {
        var large =
                "{\"name\":\"n\",\"image\":\"b\",\"instructions\":\"" + "x".repeat(1 << 20) + "\"}";
        var chunked =
                client.request("/api/v1/tasks", "Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofInputStream(() ->
                                        new ByteArrayInputStream(
                                                large.getBytes(StandardCharsets.UTF_8))));

        assertThat(client.post("/api/v1/tasks", large).problem()).isEqualTo("body-too-large");
        assertThat(client.send(chunked).status()).isEqualTo(413);
    }

    @Test
    void otherMediaTypesMethodsAndPathsAreProblems() {
        var form =
                client.request("/api/v1/tasks", "Content-Type", "text/plain")
                        .POST(HttpRequest.BodyPublishers.ofString(LEAST));

        assertThat(client.send(form).problem()).isEqualTo("unsupported-media-type");
        assertThat(client.delete("/api/v1/tasks").problem()).isEqualTo("method-not-allowed");
        assertThat(client.get("/api/v1/tasks", "Accept", "image/png").problem())
                .isEqualTo("not-acceptable");
        assertThat(client.get("/api/v1/tasks/" + UUID.randomUUID()).problem())
                .isEqualTo("task-unknown");
        assertThat(client.get("/api/v1/tasks/nonsense").problem()).isEqualTo("task-unknown");
        assertThat(client.get("/nowhere").problem()).isEqualTo("not-found");
    }

    @Test
    void theSameKeyAndBodyGiveTheFirstAnswerAgain() {
        var key = UUID.randomUUID().toString();
        var first = client.post("/api/v1/tasks", LEAST, "Idempotency-Key", key);
        client.post("/api/v1/tasks/" + first.json().get("id").asString() + "/cancel", null);

        var again =
                client.post(
                        "/api/v1/tasks",
                        "{ \"image\": \"busybox\", \"name\": \"n\" }",
                        "Idempotency-Key",
                        key);

        assertThat(again.status()).isEqualTo(201);
        assertThat(again.header("idempotency-replayed")).isEqualTo("true");
        assertThat(again.body()).isEqualTo(first.body());
    }

    @Test
    void theSameKeyWithAnotherBodyIs422() {
        var key = UUID.randomUUID().toString();
        client.post("/api/v1/tasks", LEAST, "Idempotency-Key", key);

        var other =
                client.post(
                        "/api/v1/tasks",
                        "{\"name\":\"other\",\"image\":\"busybox\"}",
                        "Idempotency-Key",
                        key);

        assertThat(other.status()).isEqualTo(422);
        assertThat(other.problem()).isEqualTo("idempotency-key-reused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space", ""})
    void aKeyOfOtherCharactersIsRefused(String key) {
        var answer = client.post("/api/v1/tasks", LEAST, "Idempotency-Key", key);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("errors").get(0).get("field").asString())
                .isEqualTo("Idempotency-Key");
    }

    @Test
    void manyRequestsAtOnceWithOneKeyGiveOneTask() throws Exception {
        var key = UUID.randomUUID().toString();
        var threads = 16;
        var together = new CyclicBarrier(threads);
        var answers = new ArrayList<Future<TestingClient.Answer>>();
        try (var pool = Executors.newFixedThreadPool(threads)) {
            for (var i = 0; i < threads; i++) {
                answers.add(
                        pool.submit(() -> {
                            together.await();
                            return client.post("/api/v1/tasks", LEAST, "Idempotency-Key", key);
                        }));
            }
        }

        var ids = new HashSet<String>();
        var fresh = 0;
        for (var answer : answers) {
            assertThat(answer.get().status()).isEqualTo(201);
            ids.add(answer.get().json().get("id").asString());
            fresh += answer.get().header("idempotency-replayed").isEmpty() ? 1 : 0;
        }
        assertThat(ids).hasSize(1);
        assertThat(fresh).isEqualTo(1);
        assertThat(count("attempts", ids.iterator().next())).isEqualTo(1);
    }

    @Test
    void aWalkThroughPagesSeesEachTaskOnceWhileOthersAreAdded() {
        var label = "walk-" + UUID.randomUUID();
        var expected = new HashSet<String>();
        for (var i = 0; i < 25; i++) {
            expected.add(submit(labelled(label)));
        }

        var seen = new ArrayList<String>();
        var query = "/api/v1/tasks?limit=10&label=walk=" + label;
        var path = query;
        while (path != null) {
            var page = client.get(path).json();
            seen.addAll(page.get("items").findValuesAsString("id"));
            submit(labelled(label));
            path =
                    page.get("next_cursor").isNull()
                            ? null
                            : query + "&cursor=" + page.get("next_cursor").asString();
        }

        assertThat(seen).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void filtersChooseByStateLabelProjectAndAge() {
        var label = "filter-" + UUID.randomUUID();
        var pending = submit(labelled(label));
        var cancelled = submit(labelled(label));
        client.post("/api/v1/tasks/" + cancelled + "/cancel", null);
        var query = "/api/v1/tasks?label=walk=" + label;

        assertThat(ids(query)).containsExactly(cancelled, pending);
        assertThat(ids(query + "&state=PENDING")).containsExactly(pending);
        assertThat(ids(query + "&state=PENDING&state=CANCELLED")).hasSize(2);
        assertThat(ids(query + "&label=other=x")).isEmpty();
        assertThat(ids(query + "&project=00000000-0000-7000-8000-000000000002")).hasSize(2);
        assertThat(ids(query + "&project=" + UUID.randomUUID())).isEmpty();
        assertThat(ids(query + "&created_before=2020-01-01T00:00:00Z")).isEmpty();
        assertThat(ids(query + "&created_after=2020-01-01T00:00:00Z")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stat=PENDING",
                "state=pending",
                "label=x",
                "limit=0",
                "limit=201",
                "limit=ten",
                "limit=1&limit=2",
                "cursor=nonsense",
                "created_after=yesterday",
                "project=mine"
            })
    void aWrongParameterIsNamed(String parameter) {
        var answer = client.get("/api/v1/tasks?" + parameter);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("errors").get(0).get("field").asString())
                .isEqualTo(parameter.substring(0, parameter.indexOf('=')));
    }

    @Test
    void aCursorOfAnotherQueryIsRefused() {
        submit(LEAST);
        submit(LEAST);
        var cursor = client.get("/api/v1/tasks?limit=1").json().get("next_cursor").asString();

        var answer = client.get("/api/v1/tasks?limit=1&state=PENDING&cursor=" + cursor);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("errors").get(0).get("message").asString())
                .contains("another query");
    }

    @Test
    void theTimelineComesInPages() {
        var id = submit(LEAST);
        client.post("/api/v1/tasks/" + id + "/cancel", null);

        var first = client.get("/api/v1/tasks/" + id + "/events?limit=1").json();
        var second =
                client.get(
                                "/api/v1/tasks/"
                                        + id
                                        + "/events?limit=1&cursor="
                                        + first.get("next_cursor").asString())
                        .json();

        assertThat(first.get("items").size()).isEqualTo(1);
        assertThat(second.get("items").get(0).get("to_state").asString()).isEqualTo("CANCELLED");
        assertThat(second.get("next_cursor").isNull()).isTrue();
    }

    private List<String> ids(String path) {
        return client.get(path).json().get("items").findValuesAsString("id");
    }

    private static String labelled(String label) {
        return "{\"name\":\"n\",\"image\":\"b\",\"labels\":{\"walk\":\"" + label + "\"}}";
    }

    private String submit(String body) {
        var answer = client.post("/api/v1/tasks", body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.json().get("id").asString();
    }

    private int count(String table, String task) {
        return jdbc.sql("select count(*) from " + table + " where task_id = cast(:id as uuid)")
                .param("id", task)
                .query(Integer.class)
                .single();
    }
}
