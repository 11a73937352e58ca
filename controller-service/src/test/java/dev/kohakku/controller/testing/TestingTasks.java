package dev.kohakku.controller.testing;

import dev.kohakku.common.blob.BlobKey;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Tasks in a database under test: made by REST, looked at and moved about by SQL. */
public final class TestingTasks {

    private final TestingClient client;
    private final JdbcClient jdbc;

    public TestingTasks(Environment environment, JdbcClient jdbc) {
        this.client = TestingClient.of(environment);
        this.jdbc = jdbc;
    }

    /** Forgets what other tests left to be dispatched. */
    public void clear() {
        jdbc.sql("delete from dispatch_outbox").update();
        jdbc.sql(
                        """
                        update tasks set state = 'CANCELLED', deadline_at = null
                        where state in ('PENDING', 'QUEUED', 'PROVISIONING', 'RUNNING', 'CANCELLING')
                        """)
                .update();
    }

    /** Submits a task with further fields in JSON, each with a comma before it. */
    public TaskId submit(String... fields) {
        var answer =
                client.post(
                        "/api/v1/tasks",
                        "{\"name\":\"n\",\"image\":\"busybox\"" + String.join("", fields) + "}");
        if (answer.status() != 201) {
            throw new AssertionError(answer.status() + " " + answer.body());
        }
        return TaskId.parse(answer.json().get("id").asString());
    }

    /** Submits a task and puts it where a claim finds it, without an Enqueuer. */
    public AttemptId submitQueued(String... fields) {
        var task = submit(fields);
        jdbc.sql("delete from dispatch_outbox where task_id = :id")
                .param("id", task.value())
                .update();
        set(
                task,
                "state = 'QUEUED', queued_at = now(), brief_sha256 = repeat('0', 64), brief_key = '"
                        + new BlobKey("briefs/" + task + "/" + "0".repeat(64) + ".json")
                        + "'");
        return new AttemptId(task, 1);
    }

    /** Asks the Controller to cancel. */
    public TestingClient.Answer cancel(TaskId task) {
        return client.post("/api/v1/tasks/" + task + "/cancel", null);
    }

    public void set(TaskId task, String assignments) {
        jdbc.sql("update tasks set " + assignments + " where id = :id")
                .param("id", task.value())
                .update();
    }

    public Map<String, Object> row(TaskId task) {
        return jdbc.sql("select * from tasks where id = :id")
                .param("id", task.value())
                .query()
                .singleRow();
    }

    /** Why it is not on a queue yet, as clients are told. */
    public @Nullable String waitingReason(TaskId task) {
        var reason = client.get("/api/v1/tasks/" + task).json().get("waiting_reason");
        return reason.isNull() ? null : reason.asString();
    }

    public TaskState state(TaskId task) {
        return TaskState.valueOf((String) row(task).get("state"));
    }

    public Map<String, Object> attempt(AttemptId attempt) {
        return jdbc.sql("select * from attempts where task_id = :id and number = :number")
                .param("id", attempt.task().value())
                .param("number", attempt.number())
                .query()
                .singleRow();
    }

    /** The types of the timeline's events, moves as the state moved to. */
    public List<String> timeline(TaskId task) {
        return jdbc.sql(
                        "select coalesce(to_state, type) from task_events where task_id = :id order by id")
                .param("id", task.value())
                .query(String.class)
                .list();
    }

    public long outboxRows(TaskId task) {
        return jdbc.sql("select count(*) from dispatch_outbox where task_id = :id")
                .param("id", task.value())
                .query(Long.class)
                .single();
    }
}
