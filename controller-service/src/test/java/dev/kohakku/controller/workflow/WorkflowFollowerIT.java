package dev.kohakku.controller.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.wire.workflow.TaskEnd;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.standalone.engine.TestEngines;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

@ControllerTest
class WorkflowFollowerIT {

    private static final String PATH = "/api/v1/workflow-instances";
    private static final String QUEUE = "follower-" + UUID.randomUUID();

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired WorkflowFollower follower;
    @Autowired WaitingWorkflows waiting;
    TestingClient client;
    TestingWorkflows worker;

    @DynamicPropertySource
    static void temporal(DynamicPropertyRegistry properties) {
        properties.add("TEMPORAL_ADDRESS", () -> TestEngines.temporal().address());
        properties.add("TEMPORAL_TASK_QUEUE", () -> QUEUE);
    }

    @BeforeEach
    void start() {
        client = TestingClient.of(environment);
        jdbc.sql("delete from workflow_instances").update();
        worker = new TestingWorkflows(TestEngines.temporal().address(), QUEUE);
    }

    @AfterEach
    void stop() {
        worker.close();
    }

    @Test
    void aWorkflowRunsUntilItIsToldOfItsTasksEndAndItsResultIsKept() {
        var id = submit("n");
        var task = createTaskOf(id);
        awaitState(id, "RUNNING");
        assertThat(instance(id).get("task_ids").toString()).isEqualTo("[\"" + task + "\"]");
        assertThat(instance(id).get("started_at").isNull()).isFalse();

        var told =
                waiting.tell(
                        id,
                        new TaskEnd(task, "FAILED", 3, "EXIT_CODE", "e", "r", Map.of("lines", 12)));

        assertThat(told).isTrue();
        awaitState(id, "COMPLETED");
        assertThat(instance(id).get("result").toString())
                .isEqualTo(
                        "{\"state\":\"FAILED\",\"task_id\":\""
                                + task
                                + "\",\"exit_code\":3,\"result_key\":\"r\",\"failure_kind\":\"EXIT_CODE\","
                                + "\"error_message\":\"e\",\"result_metadata\":{\"lines\":12}}");
        assertThat(instance(id).get("finished_at").isNull()).isFalse();
        assertThat(waiting.tell(id, end(task))).as("it has ended").isFalse();
    }

    @Test
    void aWorkflowThatFailsSaysWhy() {
        var id = submit("refused");

        awaitState(id, "FAILED");

        assertThat(instance(id).get("error_message").asString()).isEqualTo("image: cannot be read");
    }

    @Test
    void aCancelReachesTemporal() {
        var id = submit("n");
        awaitState(id, "RUNNING");

        assertThat(client.post(PATH + "/" + id + "/cancel", null).status()).isEqualTo(202);

        awaitState(id, "CANCELLED");
    }

    @Test
    void aStartWhoseRecordWasLostIsFoundStarted() {
        var id = submit("n");
        awaitState(id, "RUNNING");
        jdbc.sql("update workflow_instances set state = 'PENDING_START', look_at = now()").update();

        awaitState(id, "RUNNING");

        assertThat(waiting.tell(id, end("t"))).isTrue();
        awaitState(id, "COMPLETED");
    }

    @Test
    void aStartWhoseRecordWasLostUntilItsEndDoesNotRunTwice() {
        var id = submit("n");
        awaitState(id, "RUNNING");
        waiting.tell(id, end("first"));
        awaitState(id, "COMPLETED");
        jdbc.sql(
                        "update workflow_instances set state = 'PENDING_START', look_at = now(), result = null")
                .update();

        awaitState(id, "COMPLETED");

        assertThat(instance(id).at("/result/task_id").asString()).isEqualTo("first");
    }

    @Test
    void aWorkflowTemporalHasLostIsStartedAgain() {
        var id = submit("n");
        // What the row looks like when a Temporal in memory was restarted.
        jdbc.sql("update workflow_instances set state = 'RUNNING', look_at = now(), looks = 3")
                .update();

        follower.round();
        assertThat(instance(id).get("state").asString()).isEqualTo("PENDING_START");

        awaitState(id, "RUNNING");
        assertThat(waiting.tell(id, end("t"))).isTrue();
    }

    @Test
    void nobodyWaitsUnderAMadeUpLabel() {
        assertThat(waiting.tell("made-up", end("t"))).isFalse();
        assertThat(waiting.tell(UUID.randomUUID().toString(), end("t"))).isFalse();
    }

    private static TaskEnd end(String task) {
        return new TaskEnd(task, "COMPLETED", 0, null, null, null, null);
    }

    private String submit(String name) {
        var answer =
                client.post(
                        PATH,
                        "{\"workflow\": \"SingleDispatch\", \"input\": {\"task\": {\"name\": \""
                                + name
                                + "\", \"image\": \"b\", \"callback_url\": null}}}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.json().get("id").asString();
    }

    private String createTaskOf(String instance) {
        var answer =
                client.post(
                        "/api/v1/tasks",
                        "{\"name\":\"n\",\"image\":\"b\",\"labels\":{\"kohakku.dev/workflow-instance\":\""
                                + instance
                                + "\"}}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.json().get("id").asString();
    }

    private JsonNode instance(String id) {
        return client.get(PATH + "/" + id).json();
    }

    private void awaitState(String id, String state) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> {
                    follower.round();
                    assertThat(instance(id).get("state").asString()).isEqualTo(state);
                });
    }
}
