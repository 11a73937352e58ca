package dev.kohakku.controller.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.controller.job.Job;
import dev.kohakku.controller.role.Roles;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class IdempotencyKeyRemoverIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired IdempotencyKeyRemover remover;
    @Autowired Job idempotencyKeyRemoverJob;
    TestingClient client;
    final String key = UUID.randomUUID().toString();

    @BeforeEach
    void connect() {
        client = TestingClient.of(environment);
    }

    @Test
    void aKeyIsForgottenAWeekAfterItWasUsed() {
        var first = submit();
        end(first);
        age("6 days 23 hours");
        remover.round();
        assertThat(submit()).isEqualTo(first);

        age("2 hours");
        remover.round();

        assertThat(submit()).isNotEqualTo(first);
    }

    @Test
    void theKeyOfATaskThatGoesOnIsKept() {
        var first = submit();
        age("100 days");

        remover.round();

        assertThat(submit()).isEqualTo(first);
    }

    @Test
    void moreThanABatchIsRemovedInRounds() {
        var task = submit();
        end(task);
        jdbc.sql(
                        """
                        insert into idempotency_keys (project_id, key, body_sha256, task_id, created_at)
                        select project_id, :key || n, '', id, now() - interval '8 days'
                        from tasks, generate_series(1, 1500) n where id = cast(:task as uuid)
                        """)
                .param("key", key)
                .param("task", task)
                .update();

        assertThat(remover.round()).isTrue();
        assertThat(remover.round()).isFalse();

        assertThat(
                        jdbc.sql("select key from idempotency_keys where key like :key")
                                .param("key", key + "%")
                                .query(String.class)
                                .list())
                .containsExactly(key);
    }

    @Test
    void itRunsWhereWorkersCleanUp() {
        assertThat(idempotencyKeyRemoverJob.queue()).isEqualTo(Roles.Queue.CLEANUP);
    }

    private String submit() {
        var answer =
                client.post(
                        "/api/v1/tasks",
                        "{\"name\":\"n\",\"image\":\"b\"}",
                        "Idempotency-Key",
                        key);
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.json().get("id").asString();
    }

    private void end(String task) {
        client.post("/api/v1/tasks/" + task + "/cancel", null);
    }

    private void age(String by) {
        jdbc.sql(
                        "update idempotency_keys set created_at = created_at - cast(:by as interval) where key = :key")
                .param("by", by)
                .param("key", key)
                .update();
    }
}
