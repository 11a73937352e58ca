package dev.kohakku.controller.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import java.sql.Connection;
import java.util.UUID;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** A submit meets another one with its key between that one's binding and its commit. */
@ControllerTest
class IdempotencyRaceIT {

    private static final String BODY = "{\"name\":\"race\",\"image\":\"busybox\"}";

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired DataSource database;

    @Test
    void whoWaitedForTheFasterOneGetsItsTask() throws Exception {
        var client = TestingClient.of(environment);
        var first = submit(client, "first-" + UUID.randomUUID());
        var key = "key-" + UUID.randomUUID();
        var faster = UUID.randomUUID();

        TestingClient.Answer slower;
        try (var connection = database.getConnection();
                var threads = Executors.newSingleThreadExecutor()) {
            connection.setAutoCommit(false);
            bind(connection, key, faster, first);
            var waiting =
                    threads.submit(
                            () -> client.post("/api/v1/tasks", BODY, "Idempotency-Key", key));
            await().until(this::somebodyWaitsForTheKey);
            connection.commit();
            slower = waiting.get();
            connection.setAutoCommit(true);
        }

        assertThat(slower.status()).isEqualTo(201);
        assertThat(slower.json().get("id").asString()).isEqualTo(faster.toString());
        assertThat(slower.header("idempotency-replayed")).isNotEmpty();
        jdbc.sql("delete from idempotency_keys where task_id = :task")
                .param("task", faster)
                .update();
        jdbc.sql("delete from tasks where id = :task").param("task", faster).update();
    }

    private static String submit(TestingClient client, String key) {
        var answer = client.post("/api/v1/tasks", BODY, "Idempotency-Key", key);
        assertThat(answer.status()).isEqualTo(201);
        return answer.json().get("id").asString();
    }

    /** What another Controller does, up to its commit. */
    private static void bind(Connection connection, String key, UUID task, String like) {
        var other = JdbcClient.create(new SingleConnectionDataSource(connection, true));
        other.sql(
                        """
                        insert into tasks select (jsonb_populate_record(t, jsonb_build_object('id', cast(:task as text)))).*
                        from tasks t where id = cast(:like as uuid)
                        """)
                .param("task", task.toString())
                .param("like", like)
                .update();
        other.sql(
                        """
                        insert into idempotency_keys (project_id, key, body_sha256, task_id)
                        select project_id, :key, body_sha256, :task from idempotency_keys where task_id = cast(:like as uuid)
                        """)
                .param("key", key)
                .param("task", task)
                .param("like", like)
                .update();
    }

    private boolean somebodyWaitsForTheKey() {
        return jdbc.sql(
                                """
                                select count(*) from pg_stat_activity
                                where datname = current_database() and wait_event_type = 'Lock' and query like '%insert into idempotency_keys%'
                                """)
                        .query(Integer.class)
                        .single()
                > 0;
    }
}
