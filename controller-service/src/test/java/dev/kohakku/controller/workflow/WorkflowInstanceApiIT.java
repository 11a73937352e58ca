package dev.kohakku.controller.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import java.util.HashSet;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What can be done without Temporal: in this context its address leads nowhere. */
@ControllerTest
class WorkflowInstanceApiIT {

    private static final String PATH = "/api/v1/workflow-instances";
    private static final String BODY =
            """
            {"workflow": "SingleDispatch", "input": {"task": {"name": "n", "image": "busybox", "callback_url": null}}}
            """;

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired WorkflowFollower follower;
    TestingClient client;

    @BeforeEach
    void connect() {
        client = TestingClient.of(environment);
        jdbc.sql("delete from workflow_instances").update();
    }

    @Test
    void aWorkflowIsAcceptedAndShown() {
        var answer = client.post(PATH, BODY);

        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        var id = answer.json().get("id").asString();
        assertThat(answer.header("Location")).isEqualTo(PATH + "/" + id);
        assertThat(UUID.fromString(id).version()).isEqualTo(7);
        assertThat(answer.json().get("state").asString()).isEqualTo("PENDING_START");
        assertThat(answer.json().get("task_ids")).isEmpty();
        assertThat(client.get(PATH + "/" + id).json()).isEqualTo(answer.json());
        assertThat(answer.json().at("/input/task/name").asString()).isEqualTo("n");
    }

    @Test
    void everyWrongFieldIsNamedWithThoseOfTheTask() {
        var answer =
                client.post(
                        PATH,
                        """
                        {"workflow": "SingleDispatch", "inputs": 1,
                         "input": {"task": {"image": "b", "resources": {"memory": "2Gb"}, "port": 1}, "x": 2}}
                        """,
                        "Idempotency-Key",
                        "a b");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.problem()).isEqualTo("invalid-request");
        assertThat(answer.json().get("errors").findValuesAsString("field"))
                .containsExactlyInAnyOrder(
                        "Idempotency-Key",
                        "inputs",
                        "input.x",
                        "input.task.name",
                        "input.task.resources.memory",
                        "input.task.port");
    }

    @Test
    void missingFieldsAreNamed() {
        var nothing = client.post(PATH, "{}");
        var noTask = client.post(PATH, "{\"workflow\": \"SingleDispatch\", \"input\": {}}");
        var wrongTypes = client.post(PATH, "{\"workflow\": 1, \"input\": \"x\"}");

        assertThat(nothing.json().get("errors").findValuesAsString("field"))
                .containsExactly("workflow", "input");
        assertThat(noTask.json().get("errors").findValuesAsString("field"))
                .containsExactly("input.task");
        assertThat(wrongTypes.json().get("errors").findValuesAsString("field"))
                .containsExactly("workflow", "input");
    }

    @Test
    void anUnknownWorkflowIsRefusedWithTheKnownOnes() {
        var answer = client.post(PATH, "{\"workflow\": \"Nope\", \"input\": {}}");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.problem()).isEqualTo("workflow-unknown");
        assertThat(answer.json().get("known").toString()).isEqualTo("[\"SingleDispatch\"]");
    }

    @Test
    void theSameKeyAndBodyGiveTheFirstInstanceAgainAndAnotherBodyIsRefused() {
        var first = client.post(PATH, BODY, "Idempotency-Key", "k1");

        var again = client.post(PATH, BODY.replace(" ", ""), "Idempotency-Key", "k1");
        var other = client.post(PATH, BODY.replace("busybox", "alpine"), "Idempotency-Key", "k1");

        assertThat(again.status()).isEqualTo(201);
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(again.json().get("id")).isEqualTo(first.json().get("id"));
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.problem()).isEqualTo("idempotency-key-reused");
        assertThat(client.get(PATH).json().get("items")).hasSize(1);
    }

    @Test
    void aListIsWalkedInPagesTheNewestFirst() {
        var ids = new HashSet<String>();
        for (var i = 0; i < 5; i++) {
            ids.add(client.post(PATH, BODY).json().get("id").asString());
        }

        var first = client.get(PATH + "?limit=3&state=PENDING_START&state=RUNNING").json();
        var cursor = first.get("next_cursor").asString();
        var second =
                client.get(PATH + "?limit=3&state=PENDING_START&state=RUNNING&cursor=" + cursor)
                        .json();

        assertThat(first.get("items")).hasSize(3);
        assertThat(first.get("items").get(0).has("input")).isFalse();
        assertThat(second.get("items")).hasSize(2);
        assertThat(second.get("next_cursor").isNull()).isTrue();
        var seen = new HashSet<>(first.get("items").findValuesAsString("id"));
        seen.addAll(second.get("items").findValuesAsString("id"));
        assertThat(seen).isEqualTo(ids);
        assertThat(client.get(PATH + "?state=FAILED").json().get("items")).isEmpty();
        assertThat(client.get(PATH + "?workflow=Other").json().get("items")).isEmpty();
        assertThat(client.get(PATH + "?state=FAILED&cursor=" + cursor).status()).isEqualTo(400);
        assertThat(client.get(PATH + "?state=NOPE&x=1&limit=0").json().get("errors")).hasSize(3);
    }

    @Test
    void aWorkflowNobodyStartedYetIsCancelledAtOnce() {
        var id = client.post(PATH, BODY).json().get("id").asString();

        var cancelled = client.post(PATH + "/" + id + "/cancel", null);
        var again = client.post(PATH + "/" + id + "/cancel", null);

        assertThat(cancelled.status()).isEqualTo(202);
        assertThat(cancelled.json().get("state").asString()).isEqualTo("CANCELLED");
        assertThat(cancelled.json().get("cancel_requested_by").asString())
                .isEqualTo("token:bootstrap");
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.problem()).isEqualTo("workflow-instance-ended");
    }

    @Test
    void aTemporalThatIsAwayDelaysAndSaysSo() {
        var id = client.post(PATH, BODY).json().get("id").asString();

        assertThat(follower.round()).isFalse();

        var waiting = client.get(PATH + "/" + id).json();
        assertThat(waiting.get("state").asString()).isEqualTo("PENDING_START");
        assertThat(waiting.get("waiting_reason").asString())
                .isEqualTo("Temporal at localhost:1 does not answer (UNAVAILABLE)");
        assertThat(client.get("/ready/").status()).isEqualTo(200);
        var cancelled = client.post(PATH + "/" + id + "/cancel", null).json();
        assertThat(cancelled.get("state").asString())
                .as("it may have been started: the request was answered by nobody")
                .isEqualTo("PENDING_START");
        assertThat(cancelled.get("cancel_requested_at").isNull()).isFalse();
    }

    @Test
    void anUnknownInstanceIsAProblemOfItsOwn() {
        for (var id : new String[] {UUID.randomUUID().toString(), "nonsense", "1-1-1-1-1"}) {
            assertThat(client.get(PATH + "/" + id).problem())
                    .isEqualTo("workflow-instance-unknown");
            assertThat(client.post(PATH + "/" + id + "/cancel", null).problem())
                    .isEqualTo("workflow-instance-unknown");
        }
    }
}
