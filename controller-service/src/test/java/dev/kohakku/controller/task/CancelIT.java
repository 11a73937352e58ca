package dev.kohakku.controller.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.controller.access.Caller;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.event.ApplicationEvents;
import org.springframework.test.context.event.RecordApplicationEvents;

@ControllerTest
@RecordApplicationEvents
class CancelIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired Tasks tasks;
    @Autowired ApplicationEvents events;
    TestingClient client;
    TaskId task;

    @BeforeEach
    void submit() {
        client = TestingClient.of(environment);
        var answer = client.post("/api/v1/tasks", "{\"name\":\"n\",\"image\":\"b\"}");
        task = TaskId.parse(answer.json().get("id").asString());
    }

    @Test
    void aTaskStoredByANewerControllerIsReadAndCancelled() {
        jdbc.sql(
                        """
                        update tasks set spec = spec || '{"a_field_of_tomorrow": {"any": 1}}'::jsonb
                        where id = :id
                        """)
                .param("id", task.value())
                .update();

        assertThat(client.get("/api/v1/tasks/" + task).status()).isEqualTo(200);
        assertThat(cancel().status()).isEqualTo(202);
    }

    @ParameterizedTest
    @EnumSource(names = {"PENDING", "QUEUED"})
    void aTaskWithoutAContainerIsCancelledAtOnce(TaskState state) {
        stand(state);

        var answer = cancel();

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().get("state").asString()).isEqualTo("CANCELLED");
        assertThat(answer.json().get("cancel_requested_by").asString())
                .isEqualTo("token:bootstrap");
        assertThat(
                        jdbc.sql("select count(*) from dispatch_outbox where task_id = :id")
                                .param("id", task.value())
                                .query(Integer.class)
                                .single())
                .isZero();
        assertThat(cancel().problem()).isEqualTo("task-ended");
    }

    @ParameterizedTest
    @EnumSource(names = {"PROVISIONING", "RUNNING"})
    void aTaskThatMayHaveAContainerIsLeftToItsOwner(TaskState state) {
        stand(state);
        var caller =
                new Caller(
                        UUID.fromString("00000000-0000-7000-8000-000000000001"),
                        UUID.fromString("00000000-0000-7000-8000-000000000002"),
                        "token:test",
                        java.util.Set.of());

        // why not over HTTP: events are recorded for the thread of the test.
        assertThat(tasks.cancel(caller, task).state()).isEqualTo(TaskState.CANCELLING);
        assertThat(tasks.cancel(caller, task).state()).isEqualTo(TaskState.CANCELLING);

        assertThat(events.stream(CancelRequested.class))
                .hasSize(2)
                .containsOnly(
                        new CancelRequested(new AttemptId(task, 1), new Epoch(7), "docker-1"));
        assertThat(cancel().status()).isEqualTo(202);
    }

    @ParameterizedTest
    @EnumSource(names = {"COMPLETED", "FAILED", "TIMED_OUT", "CANCELLED"})
    void anEndedTaskIs409WithItsEnd(TaskState state) {
        stand(state);

        var answer = cancel();

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.problem()).isEqualTo("task-ended");
        assertThat(answer.json().get("state").asString()).isEqualTo(state.name());
        assertThat(answer.json().get("exit_code").isNull()).isTrue();
    }

    @Test
    void anUnknownTaskIs404() {
        assertThat(client.post("/api/v1/tasks/" + UUID.randomUUID() + "/cancel", null).problem())
                .isEqualTo("task-unknown");
    }

    private TestingClient.Answer cancel() {
        return client.post("/api/v1/tasks/" + task + "/cancel", null);
    }

    private void stand(TaskState state) {
        jdbc.sql(
                        "update tasks set state = :state, epoch = 7, dispatcher_id = 'docker-1' where id = :id")
                .param("id", task.value())
                .param("state", state.name())
                .update();
    }
}
