package dev.kohakku.controller.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kohakku.common.blob.BlobKey;
import dev.kohakku.common.blob.BlobStore;
import dev.kohakku.common.brief.CanonicalJson;
import dev.kohakku.common.queue.QueuedAttempt;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.controller.fleet.DispatcherCalls;
import dev.kohakku.controller.fleet.Dispatchers;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingTasks;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class EnqueuerIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired Queues queues;
    @Autowired BlobStore blobs;
    @Autowired Dispatchers dispatchers;
    @Autowired OutboxStore outbox;
    @Autowired Enqueuer.Rows rows;
    @Autowired BriefStorage briefs;
    @Autowired QueueMoves moves;
    @Autowired DispatcherCalls calls;
    TestingEnqueuers enqueuers;
    TestingTasks tasks;
    TestingDispatcher dispatcher;

    @BeforeEach
    void clear() {
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        dispatcher = TestingDispatcher.of(environment);
        enqueuers = new TestingEnqueuers(dispatchers, outbox, rows, briefs, moves, calls, queues);
    }

    @Test
    void aTaskGoesOnTheQueueOfALiveDispatcherWithItsBriefStored() throws Exception {
        dispatcher.checkIn();
        var task = tasks.submit(",\"instructions\":\"do it\"");

        enqueuers.plain().round();

        assertThat(delivered()).containsExactly(new QueuedAttempt(new AttemptId(task, 1), null));
        var row = tasks.row(task);
        assertThat(row.get("state")).isEqualTo("QUEUED");
        assertThat(row.get("queue")).isEqualTo(dispatcher.queue());
        assertThat(tasks.outboxRows(task)).isZero();
        var sha256 = (String) row.get("brief_sha256");
        assertThat(row.get("brief_key")).isEqualTo("briefs/" + task + "/" + sha256 + ".json");
        try (var brief = blobs.open(new BlobKey((String) row.get("brief_key"))).orElseThrow()) {
            var bytes = brief.readAllBytes();
            assertThat(CanonicalJson.sha256(bytes)).isEqualTo(sha256);
            assertThat(new String(bytes, StandardCharsets.UTF_8)).contains("do it");
        }
    }

    @Test
    void aTaskNobodyServesWaitsWithTheReasonUntilSomebodyDoes() throws Exception {
        var task = tasks.submit();
        enqueuers.plain().round();
        assertThat(tasks.waitingReason(task))
                .isEqualTo("no live dispatcher serves runtime target 'local': none is live at all");

        dispatcher.with(new BackendStatus(RuntimeType.K8S, "c", true, null)).checkIn();
        enqueuers.plain().round();
        assertThat(tasks.waitingReason(task))
                .isEqualTo("no live dispatcher serves runtime target 'local'");

        dispatcher.with(new BackendStatus(RuntimeType.LOCAL, "e", false, "disk full")).checkIn();
        enqueuers.plain().round();
        assertThat(tasks.waitingReason(task)).endsWith("is not healthy: disk full");
        assertThat(tasks.state(task)).isEqualTo(TaskState.PENDING);

        dispatcher.restarted().checkIn();
        enqueuers.plain().round();
        assertThat(tasks.state(task)).isEqualTo(TaskState.QUEUED);
        assertThat(tasks.waitingReason(task)).isNull();
    }

    @Test
    void aCordonedDispatcherIsGivenNothingAndTheReasonSaysSo() throws Exception {
        dispatcher.checkIn();
        cordon(dispatcher);
        var task = tasks.submit();

        enqueuers.plain().round();
        assertThat(tasks.waitingReason(task))
                .isEqualTo(
                        "every live dispatcher that serves runtime target 'local' is cordoned: '"
                                + dispatcher.id()
                                + "'");

        var other = TestingDispatcher.of(environment).checkedIn();
        enqueuers.plain().round();
        assertThat(tasks.row(task).get("queue")).isEqualTo(other.queue());
    }

    @Test
    void aDispatcherThatHasLeftAdmitsNothing() throws Exception {
        dispatcher.checkedIn().leave();
        var task = tasks.submit();

        enqueuers.plain().round();

        assertThat(tasks.waitingReason(task)).endsWith("none is live at all");
    }

    private void cordon(TestingDispatcher which) {
        TestingClient.of(environment).post("/api/v1/dispatchers/" + which.id() + "/cordon", null);
    }

    @Test
    void anExpiredLeaseAdmitsNothing() throws Exception {
        dispatcher.checkIn();
        jdbc.sql("update dispatchers set lease_expires_at = now() - interval '1 s'").update();
        var task = tasks.submit();

        enqueuers.plain().round();

        assertThat(tasks.state(task)).isEqualTo(TaskState.PENDING);
    }

    @ParameterizedTest
    @EnumSource(StopPoints.Point.class)
    void aStopAnywhereLosesNothing(StopPoints.Point point) throws Exception {
        dispatcher.checkIn();
        var submitted = List.of(tasks.submit(), tasks.submit(), tasks.submit());
        var stopped =
                enqueuers.stopping(reached -> {
                    if (reached == point) {
                        throw new IllegalStateException("stopped at " + reached);
                    }
                });
        assertThatThrownBy(stopped::round).hasMessage("stopped at " + point);

        // why nothing yet: the rows are still the stopped process's.
        enqueuers.plain().round();
        submitted.forEach(task -> assertThat(tasks.outboxRows(task)).isOne());
        jdbc.sql("update dispatch_outbox set taken_until = now()").update();
        enqueuers.plain().round();

        assertThat(delivered().stream().map(entry -> entry.attempt().task()).distinct())
                .containsExactlyInAnyOrderElementsOf(submitted);
        for (var task : submitted) {
            assertThat(tasks.outboxRows(task)).isZero();
            assertThat(dispatcher.claim(task, 1).state()).isEqualTo(TaskState.PROVISIONING);
        }
    }

    @Test
    void aBriefThatCannotBeStoredDoesNotHoldTheOthers() throws Exception {
        dispatcher.checkIn();
        var good = tasks.submit();
        var bad = tasks.submit();
        var alsoGood = tasks.submit();
        var store = new PartlyAwayBlobStore("briefs/" + bad);

        enqueuers.storing(store).round();

        assertThat(deliveredTasks()).containsExactlyInAnyOrder(good, alsoGood);
        assertThat(tasks.state(bad)).isEqualTo(TaskState.PENDING);
        assertThat(tasks.waitingReason(bad)).startsWith("the brief cannot be stored now");
        jdbc.sql("update dispatch_outbox set available_at = now()").update();
        store.comeBack();
        enqueuers.storing(store).round();
        assertThat(deliveredTasks()).containsExactly(bad);
    }

    @Test
    void aSpecThatCannotBeWrittenFailsItsTaskOnly() throws Exception {
        dispatcher.checkIn();
        var bad = tasks.submit();
        var good = tasks.submit();
        tasks.set(bad, "spec = jsonb_set(spec, '{context}', '{\"n\":1e400}')");

        enqueuers.plain().round();

        assertThat(tasks.state(bad)).isEqualTo(TaskState.FAILED);
        assertThat(tasks.row(bad).get("failure_kind")).isEqualTo("BRIEF_UNAVAILABLE");
        assertThat(tasks.outboxRows(bad)).isZero();
        assertThat(deliveredTasks()).containsExactly(good);
    }

    @Test
    void aTaskCancelledMeanwhileIsNotPutOnTheQueue() throws Exception {
        dispatcher.checkIn();
        var task = tasks.submit();
        var other = tasks.submit();

        enqueuers
                .stopping(point -> {
                    if (point == StopPoints.Point.BRIEFS_STORED) {
                        assertThat(tasks.cancel(task).status()).isEqualTo(202);
                    }
                })
                .round();

        assertThat(deliveredTasks()).containsExactly(other);
        assertThat(tasks.state(task)).isEqualTo(TaskState.CANCELLED);
        assertThat(tasks.outboxRows(task)).isZero();
    }

    @Test
    void aRowPutBackMeanwhileIsNotDeleted() throws Exception {
        dispatcher.checkIn();
        var task = tasks.submit();

        enqueuers
                .stopping(point -> {
                    if (point == StopPoints.Point.ENQUEUED) {
                        outbox.offerAgainIfQueued(
                                new AttemptId(task, 1), Duration.ZERO, Duration.ZERO);
                    }
                })
                .round();

        assertThat(tasks.outboxRows(task)).isOne();
        enqueuers.plain().round();
        assertThat(deliveredTasks()).containsExactly(task, task);
        assertThat(tasks.timeline(task)).containsExactly("PENDING", "QUEUED", "requeued");
    }

    @Test
    void aTaskThatCannotBeReadDoesNotHoldTheOthers() throws Exception {
        dispatcher.checkIn();
        var noSpec = tasks.submit();
        var noKey = tasks.submit();
        var newer = tasks.submit();
        tasks.set(noSpec, "spec = '[]'");
        tasks.set(noKey, "brief_key = '../x', brief_sha256 = 'x'");
        tasks.set(newer, "spec = spec || '{\"not_known_yet\":1}'");

        enqueuers.plain().round();

        assertThat(deliveredTasks()).containsExactly(newer);
        assertThat(tasks.outboxRows(noSpec)).isOne();
        assertThat(tasks.outboxRows(noKey)).isOne();
    }

    @Test
    void whatIsPutBackKeepsItsPlace() throws Exception {
        dispatcher.checkIn();
        var returning = tasks.submit();
        tasks.set(returning, "created_at = now() - interval '10 minutes', state = 'QUEUED'");
        jdbc.sql("delete from dispatch_outbox").update();
        var newer = tasks.submit();

        outbox.offerAgainIfQueued(new AttemptId(returning, 1), Duration.ZERO, Duration.ZERO);
        enqueuers.plain().round();

        assertThat(deliveredTasks()).containsExactly(returning, newer);
    }

    @Test
    void aFullQueueTakesTheMostUrgentFirstAndAgeCountsAsUrgency() throws Exception {
        dispatcher.checkIn();
        var low = tasks.submit(",\"priority\":0");
        var high = tasks.submit(",\"priority\":9");
        var old = tasks.submit(",\"priority\":0");
        jdbc.sql(
                        "update dispatch_outbox set created_at = now() - interval '10 minutes' where task_id = :id")
                .param("id", old.value())
                .update();
        var narrow = enqueuers.withStreamDepth(2);

        narrow.round();
        narrow.round();

        assertThat(deliveredTasks()).containsExactly(old, high);
        assertThat(tasks.waitingReason(low)).contains("already holds 2 attempts");
    }

    @Test
    void aRowThatAnEarlierVersionWroteIsGivenItsTarget() throws Exception {
        dispatcher.checkIn();
        var task = tasks.submit();
        jdbc.sql("update dispatch_outbox set target_id = null").update();
        jdbc.sql("delete from targets").update();

        enqueuers.plain().round();

        assertThat(deliveredTasks()).containsExactly(task);
    }

    @Test
    void whatWasPutBackAndClaimedMeanwhileIsDroppedThoughNobodyServesItNow() throws Exception {
        dispatcher.checkIn();
        var queued = tasks.submitQueued();
        outbox.offerAgainIfQueued(queued, Duration.ZERO, Duration.ZERO);
        dispatcher.claim(queued.task(), 1);
        dispatcher.leave();

        enqueuers.plain().round();

        assertThat(tasks.outboxRows(queued.task())).isZero();
    }

    @Test
    void aReasonIsSaidOncePerTargetAndTheBacklogIsNotWritten() throws Exception {
        var waiting = List.of(tasks.submit(), tasks.submit(), tasks.submit());
        var before = waiting.stream().map(task -> tasks.row(task).get("updated_at")).toList();

        enqueuers.plain().round();

        for (var task : waiting) {
            assertThat(tasks.waitingReason(task)).endsWith("none is live at all");
        }
        assertThat(waiting.stream().map(task -> tasks.row(task).get("updated_at")).toList())
                .isEqualTo(before);
        assertThat(
                        jdbc.sql("select count(*) from targets where waiting_reason is not null")
                                .query(Integer.class)
                                .single())
                .isOne();
    }

    private List<TaskId> deliveredTasks() throws InterruptedException {
        return delivered().stream().map(entry -> entry.attempt().task()).toList();
    }

    /** Takes and acknowledges everything on the dispatcher's queue. */
    private List<QueuedAttempt> delivered() throws InterruptedException {
        var queue = queues.named(dispatcher.queue());
        var all = new ArrayList<QueuedAttempt>();
        // why: the first read of a queue may only make its consumer group.
        queue.take(1, Duration.ZERO)
                .forEach(delivery -> {
                    queue.acknowledge(delivery);
                    all.add(delivery.queued());
                });
        for (var batch = queue.take(100, Duration.ZERO);
                !batch.isEmpty();
                batch = queue.take(100, Duration.ZERO)) {
            batch.forEach(delivery -> {
                queue.acknowledge(delivery);
                all.add(delivery.queued());
            });
        }
        return all;
    }
}
