package dev.kohakku.controller.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.queue.DeadLetter;
import dev.kohakku.common.queue.QueuedAttempt;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.telemetry.Metrics;
import dev.kohakku.common.time.TestingClock;
import dev.kohakku.controller.job.Job;
import dev.kohakku.controller.role.Roles;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.controller.testing.TestingTasks;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What becomes of dead letters nobody can do anything with, and how many there are. */
@ControllerTest
class SettledLetterRemoverIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired DeadLetterStore store;
    @Autowired SettledLetterRemover remover;
    @Autowired Job settledLetterRemoverJob;
    TestingTasks tasks;

    @BeforeEach
    void clear() {
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        jdbc.sql("delete from dead_letters").update();
        jdbc.sql("update tasks set failure_kind = null, state = 'CANCELLED'").update();
    }

    @Test
    void aDeliveryIsForgottenThirtyDaysAfterItWasRedriven() {
        var dead = failed();
        var letter = delivered(dead);
        age("40 days");
        redrive(letter);
        var open = delivered(failed());
        age("29 days 23 hours");
        assertThat(remover.round()).isFalse();
        assertThat(letters()).containsExactlyInAnyOrder(letter, open);
        age("2 hours");

        remover.round();

        assertThat(letters()).containsExactly(open);
    }

    @Test
    void oneThatCanNeverBeRedrivenIsForgottenThirtyDaysAfterItDied() {
        var endedWell = tasks.submit();
        tasks.set(endedWell, "state = 'COMPLETED', deadline_at = null, finished_at = now()");
        var going = delivered(tasks.submit());
        delivered(endedWell);
        delivered(null);
        delivered(TaskId.parse(UUID.randomUUID().toString()));
        age("29 days");
        remover.round();
        assertThat(letters()).hasSize(4);
        age("2 days");

        remover.round();

        assertThat(letters()).containsExactly(going);
    }

    @Test
    void moreThanABatchIsRemovedInRounds() {
        jdbc.sql(
                        """
                        insert into dead_letters (id, queue, entry_id, reason, fields, died_at)
                        select gen_random_uuid(), 'q', n, 'r', '{}', now() - interval '31 days' from generate_series(1, 1500) n
                        """)
                .update();

        assertThat(remover.round()).isTrue();
        assertThat(remover.round()).isFalse();
        assertThat(letters()).isEmpty();
    }

    @Test
    void theMetersShowWhatIsOpen() {
        var clock = new TestingClock();
        var meters = new SimpleMeterRegistry();
        assertThat(new DeadLetterMetrics(store, clock, meters)).isNotNull();
        var deliveries =
                meters.get(Metrics.DEAD_LETTERS_OPEN).tag(Metrics.KIND, "delivery").gauge();
        var ended = meters.get(Metrics.DEAD_LETTERS_OPEN).tag(Metrics.KIND, "task").gauge();
        assertThat(deliveries.value()).isZero();
        var letter = delivered(failed());
        delivered(null);
        failed();
        clock.advance(Duration.ofSeconds(15));
        assertThat(List.of(deliveries.value(), ended.value())).containsExactly(2.0, 2.0);

        redrive(letter);
        clock.advance(Duration.ofSeconds(15));

        assertThat(List.of(deliveries.value(), ended.value())).containsExactly(1.0, 1.0);
    }

    @Test
    void itRunsWhereWorkersCleanUp() {
        assertThat(settledLetterRemoverJob.queue()).isEqualTo(Roles.Queue.CLEANUP);
    }

    private TaskId failed() {
        var task = tasks.submit();
        tasks.set(
                task,
                "state = 'FAILED', error_message = 'because', finished_at = now(), deadline_at = null, failure_kind = 'INTERNAL'");
        return task;
    }

    private UUID delivered(TaskId task) {
        var queue = "test:" + UUID.randomUUID();
        var queued = task == null ? null : new QueuedAttempt(new AttemptId(task, 1), null);
        store.insertIfNew(queue, new DeadLetter("8-0", "7-0", "reason", Map.of(), queued));
        return jdbc.sql("select id from dead_letters where queue = :queue")
                .param("queue", queue)
                .query(UUID.class)
                .single();
    }

    private void redrive(UUID letter) {
        var answer =
                TestingClient.of(environment)
                        .post("/api/v1/dead-letters/" + letter + "/redrive", null);
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    }

    /** Time passes for every letter and every task. */
    private void age(String by) {
        for (var statement :
                List.of(
                        "update dead_letters set died_at = died_at - cast(:by as interval)",
                        "update tasks set created_at = created_at - cast(:by as interval)")) {
            jdbc.sql(statement).param("by", by).update();
        }
    }

    private List<UUID> letters() {
        return jdbc.sql("select id from dead_letters").query(UUID.class).list();
    }
}
