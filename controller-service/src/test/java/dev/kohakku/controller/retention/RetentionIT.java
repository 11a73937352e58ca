package dev.kohakku.controller.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kohakku.common.blob.BlobKey;
import dev.kohakku.common.blob.InMemoryBlobStore;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.telemetry.Metrics;
import dev.kohakku.controller.job.Job;
import dev.kohakku.controller.role.Roles;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.controller.testing.TestingTasks;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Tasks that are forty days old are copies of new ones. */
@ControllerTest
class RetentionIT {

    private static final Duration KEPT = Duration.ofDays(30);

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired RetentionStore store;
    @Autowired List<Job> jobs;
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private TestingClient client;
    private EndedTaskRemover tasks;
    private RemovedObjectRemover objects;

    @BeforeEach
    void prepare() {
        client = TestingClient.of(environment);
        tasks = new EndedTaskRemover(store, new RetentionProperties(KEPT, KEPT), meters);
        objects = new RemovedObjectRemover(store, blobs, meters);
        jdbc.sql("delete from task_removals").update();
    }

    @Test
    void aTaskGoesWithEverythingThatIsItsOwn() throws IOException {
        var old = ended("COMPLETED", 40);
        var other = ended("COMPLETED", 20);
        var kept = List.of(object("briefs/", other), object("logs/", other));
        object("briefs/", old);
        object("results/", old);
        object("logs/", old);
        toldInVain(old);
        assertThat(client.get("/api/v1/tasks/" + old).status()).isEqualTo(200);

        assertThat(tasks.round()).isFalse();
        assertThat(objects.round()).isFalse();

        for (var path : List.of("", "/events", "/explain", "/logs", "/brief")) {
            var answer = client.get("/api/v1/tasks/" + old + path);
            assertThat(answer.status()).as(path).isEqualTo(404);
            assertThat(answer.json().get("type").asString()).contains("unknown");
        }
        for (var table : List.of("attempts", "task_events", "task_end_outbox")) {
            assertThat(rowsOf(table, old)).as(table).isZero();
        }
        assertThat(client.get("/api/v1/tasks/" + other).status()).isEqualTo(200);
        assertThat(blobs.list("")).containsExactlyInAnyOrderElementsOf(kept);
        assertThat(meters.get(Metrics.TASKS_REMOVED).tag(Metrics.STATE, "COMPLETED").counter())
                .returns(1.0, counter -> counter.count());
        assertThat(meters.get(Metrics.OBJECTS_REMOVED).counter().count()).isEqualTo(3);
    }

    @Test
    void whatIsWrittenLateIsFoundByASecondLook() throws IOException {
        var old = ended("COMPLETED", 40);
        object("logs/", old);
        tasks.round();
        objects.round();
        object("logs/", old);

        objects.round();
        assertThat(blobs.list("")).as("not before its time").hasSize(1);

        due(old);
        objects.round();
        assertThat(blobs.list("")).isEmpty();
        assertThat(rowsOf("task_removals", old)).as("it found something").isEqualTo(1);

        due(old);
        objects.round();
        assertThat(rowsOf("task_removals", old)).isZero();
    }

    @Test
    void aFirstLookThatFindsNothingDoesNotEndTheNote() throws IOException {
        var old = ended("COMPLETED", 40);
        tasks.round();

        objects.round();

        assertThat(rowsOf("task_removals", old)).isEqualTo(1);
        object("logs/", old);
        due(old);
        objects.round();
        assertThat(blobs.list("")).isEmpty();
    }

    @Test
    void aStopBetweenRowsAndObjectsLeavesANote() throws IOException {
        var old = ended("COMPLETED", 40);
        object("briefs/", old);
        tasks.round();
        blobs.setAway(true);
        assertThatThrownBy(objects::round).isInstanceOf(UncheckedIOException.class);
        blobs.setAway(false);
        assertThat(rowsOf("task_removals", old)).isEqualTo(1);
        assertThat(objects.round()).as("somebody may be at it").isFalse();
        assertThat(blobs.list("")).hasSize(1);

        due(old);
        objects.round();

        assertThat(blobs.list("")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "COMPLETED, 29, false",
        "COMPLETED, 31, true",
        "CANCELLED, 31, true",
        "FAILED, 31, true",
        "TIMED_OUT, 31, true",
        "RUNNING, 31, false",
        "PENDING, 31, false"
    })
    void onlyWhatEndedLongAgoGoes(String state, int days, boolean gone) {
        var task = ended(state, days);

        tasks.round();

        assertThat(rowsOf("task_removals", task)).isEqualTo(gone ? 1 : 0);
        remove(task);
    }

    @Test
    void aStateThatIsKeptForEverStays() {
        var failed = ended("FAILED", 40);
        var completed = ended("COMPLETED", 40);

        new EndedTaskRemover(store, new RetentionProperties(KEPT, Duration.ZERO), meters).round();
        assertThat(rowsOf("task_removals", completed)).isEqualTo(1);
        assertThat(rowsOf("task_removals", failed)).isZero();

        remove(failed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "insert into leaks (kind, runtime_type, task_id, attempt, first_seen_at, last_seen_at)"
                        + " values ('UNVERIFIED', 'worker', :task, 1, now(), now())",
                "insert into task_end_outbox (task_id, kind, target) values (:task, 'callback', 'x')",
                "update tasks set redrive_of = :task where id = :again"
            })
    void whatIsNamedElsewhereStays(String named) {
        var task = ended("FAILED", 40);
        var again = ended("COMPLETED", 1);
        jdbc.sql(named).param("task", task.value()).param("again", again.value()).update();

        tasks.round();
        assertThat(rowsOf("task_removals", task)).isZero();

        jdbc.sql("delete from leaks where task_id = :task").param("task", task.value()).update();
        jdbc.sql("delete from task_end_outbox where task_id = :task")
                .param("task", task.value())
                .update();
        jdbc.sql("update tasks set redrive_of = null where id = :again")
                .param("again", again.value())
                .update();
        tasks.round();
        assertThat(rowsOf("task_removals", task)).isEqualTo(1);
        remove(again);
    }

    @Test
    void theKeyOfATaskThatIsGoneIsFreeAgain() {
        var key = UUID.randomUUID().toString();
        var first = submit(key);
        var old = ended("COMPLETED", 40);
        jdbc.sql("update idempotency_keys set task_id = :old where key = :key")
                .param("old", old.value())
                .param("key", key)
                .update();
        assertThat(submit(key)).isEqualTo(old.toString());

        tasks.round();

        var second = submit(key);
        assertThat(second).isNotIn(first, old.toString());
        assertThat(submit(key)).isEqualTo(second);
    }

    @Test
    void moreThanABatchGoesInRounds() {
        for (int i = 0; i <= EndedTaskRemover.BATCH; i++) {
            ended("COMPLETED", 40);
        }

        assertThat(tasks.round()).isTrue();
        assertThat(tasks.round()).isFalse();
    }

    @Test
    void workersCleanUpOnceAMinute() {
        assertThat(jobs)
                .filteredOn(job ->
                        List.of("ended-task-remover", "removed-object-remover")
                                .contains(job.name()))
                .hasSize(2)
                .allMatch(job -> job.queue() == Roles.Queue.CLEANUP);
    }

    private String submit(String key) {
        var answer =
                client.post(
                        "/api/v1/tasks",
                        "{\"name\":\"n\",\"image\":\"b\"}",
                        "Idempotency-Key",
                        key);
        return answer.json().get("id").asString();
    }

    /** A copy of a new task, with an attempt and an event, that was accepted long ago. */
    private TaskId ended(String state, int daysAgo) {
        var at = Instant.now().minus(Duration.ofDays(daysAgo)).minusSeconds(60);
        var random = UUID.randomUUID().toString().replace("-", "");
        var id =
                "%012x7%s"
                        .formatted(at.minusSeconds(60).toEpochMilli(), random.substring(13))
                        .replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
        var task = TaskId.parse(id);
        jdbc.sql(
                        """
                        insert into tasks select old.* from tasks t, jsonb_populate_record(t, jsonb_build_object(
                            'id', cast(:id as text), 'state', cast(:state as text), 'created_at', cast(:at as text),
                            'finished_at', case when :ended then cast(:at as text) end, 'deadline_at', null)) old
                        where t.id = :model
                        """)
                .params(
                        Map.of(
                                "id", id,
                                "state", state,
                                "at", at.toString(),
                                "ended", !List.of("RUNNING", "PENDING").contains(state),
                                "model", new TestingTasks(environment, jdbc).submit().value()))
                .update();
        jdbc.sql("insert into attempts (task_id, number, state) values (:task, 1, 'COMPLETED')")
                .param("task", task.value())
                .update();
        jdbc.sql(
                        "insert into task_events (task_id, attempt, epoch, type, actor) values (:task, 1, 1,"
                                + " 'note', 'test')")
                .param("task", task.value())
                .update();
        return task;
    }

    private void toldInVain(TaskId task) {
        jdbc.sql(
                        "insert into task_end_outbox (task_id, kind, target, given_up_at) values (:task,"
                                + " 'callback', 'x', now())")
                .param("task", task.value())
                .update();
    }

    private BlobKey object(String kind, TaskId task) throws IOException {
        var key = new BlobKey(kind + task + "/1/x.json");
        blobs.put(key, new byte[] {1}, "application/json");
        return key;
    }

    private void due(TaskId task) {
        jdbc.sql(
                        """
                        update task_removals set due_at = now(), removed_at = removed_at - interval '1 day'
                        where task_id = :task
                        """)
                .param("task", task.value())
                .update();
    }

    private int rowsOf(String table, TaskId task) {
        return jdbc.sql("select count(*) from " + table + " where task_id = :task")
                .param("task", task.value())
                .query(Integer.class)
                .single();
    }

    private void remove(TaskId task) {
        for (var table : List.of("attempts", "task_events", "task_removals")) {
            jdbc.sql("delete from " + table + " where task_id = :task")
                    .param("task", task.value())
                    .update();
        }
        jdbc.sql("delete from tasks where id = :task").param("task", task.value()).update();
    }
}
