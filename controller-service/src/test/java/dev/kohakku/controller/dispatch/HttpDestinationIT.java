package dev.kohakku.controller.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.queue.redis.RedisConnections;
import dev.kohakku.common.queue.redis.RedisListQueue;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.controller.dispatch.TestingIntake.Fate;
import dev.kohakku.controller.fleet.DispatcherCalls;
import dev.kohakku.controller.fleet.Dispatchers;
import dev.kohakku.controller.role.WorkerLoop;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingTasks;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Attempts that are sent to their dispatchers, some of which are in trouble. */
@ControllerTest
class HttpDestinationIT {

    private static final Duration PATIENT = Duration.ofSeconds(30);

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired Queues queues;
    @Autowired Dispatchers dispatchers;
    @Autowired OutboxStore outboxRows;
    @Autowired Enqueuer.Rows rows;
    @Autowired Outbox outbox;
    @Autowired BriefStorage briefs;
    @Autowired QueueMoves moves;
    @Autowired DispatcherCalls calls;
    @Autowired RedisConnections redis;

    @Autowired
    @Qualifier("deadLetterLoop")
    WorkerLoop deadLetters;

    TestingEnqueuers enqueuers;
    Enqueuer enqueuer;
    TestingTasks tasks;
    TestingIntake intake;
    TestingDispatcher sent;
    RedisListQueue list;

    @BeforeEach
    void clear() throws Exception {
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        enqueuers =
                new TestingEnqueuers(dispatchers, outboxRows, rows, briefs, moves, calls, queues);
        enqueuer = enqueuers.plain();
        intake = new TestingIntake();
        sent = TestingDispatcher.of(environment).sentTo(intake.url()).checkedIn();
        list = new RedisListQueue(redis, sent.queue(), "test", Duration.ofMinutes(1));
        intake.putOn(list);
    }

    @AfterEach
    void stop() {
        intake.close();
        list.close();
    }

    private List<TaskId> submit(int number) {
        return Stream.generate(tasks::submit).limit(number).toList();
    }

    private void awaitNoRows(Collection<TaskId> submitted) {
        await().atMost(PATIENT)
                .until(() -> submitted.stream().allMatch(task -> tasks.outboxRows(task) == 0));
    }

    /** Rounds, as the loop would make them, until the rows are gone. */
    private void goOnUntilNoRows(Collection<TaskId> submitted) {
        await().atMost(PATIENT)
                .until(() -> {
                    enqueuer.round();
                    return submitted.stream().allMatch(task -> tasks.outboxRows(task) == 0);
                });
    }

    private List<TaskId> onList() throws InterruptedException {
        return list.take(100, Duration.ZERO).stream()
                .map(each -> each.queued().attempt().task())
                .toList();
    }

    @Test
    void attemptsAreSentToTheDispatcherAndItsListIsTheirQueue() throws Exception {
        var submitted = submit(3);

        enqueuer.round();
        awaitNoRows(submitted);

        assertThat(onList()).containsExactlyInAnyOrderElementsOf(submitted);
        for (var task : submitted) {
            assertThat(tasks.row(task)).containsEntry("queue", sent.queue());
            assertThat(sent.claim(task, 1).state()).isEqualTo(TaskState.PROVISIONING);
        }
        assertThat(TestingClient.of(environment).get("/api/v1/dispatchers").body())
                .contains("\"mode\":\"http\"", "\"pool\":\"default\"");
    }

    @Test
    void aStopBetweenTheCommitAndTheCallLosesNothing() throws Exception {
        var submitted = submit(2);
        var stopped =
                enqueuers.stopping(point -> {
                    if (point == StopPoints.Point.QUEUED) {
                        throw new IllegalStateException("stopped");
                    }
                });
        assertThatThrownBy(stopped::round).hasMessage("stopped");
        assertThat(intake.arrivals()).isEmpty();

        jdbc.sql("update dispatch_outbox set taken_until = now()").update();
        enqueuer.round();
        awaitNoRows(submitted);

        assertThat(onList()).containsExactlyInAnyOrderElementsOf(submitted);
    }

    @Test
    void aLostReplyLeadsToOneEntryAndOneClaim() throws Exception {
        intake.is(Fate.LOSE_REPLY);
        var submitted = submit(1);
        enqueuer.round();
        await().atMost(PATIENT).until(() -> !intake.arrivals().isEmpty());
        intake.is(Fate.ACCEPT);

        goOnUntilNoRows(submitted);

        assertThat(intake.arrivals().size()).isGreaterThan(1);
        assertThat(onList()).isEqualTo(submitted);
        assertThat(sent.claim(submitted.getFirst(), 1).state()).isEqualTo(TaskState.PROVISIONING);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fate.class,
            names = {"FAIL", "HANG", "CUT"})
    void oneInTroubleNeverHoldsUpTheOthersAndItsAttemptsGoThere(Fate trouble) throws Exception {
        intake.is(trouble);
        // why first: with the emptier list, all of it would be the one in trouble's.
        var other = TestingDispatcher.of(environment).checkedIn();
        var submitted = submit(12);

        goOnUntilNoRows(submitted);

        var stream = queues.named(other.queue());
        assertThat(stream.depth()).isGreaterThanOrEqualTo(12);
        assertThat(submitted)
                .allSatisfy(
                        task -> assertThat(tasks.row(task)).containsEntry("queue", other.queue()));
        assertThat(intake.arrivals()).isNotEmpty();
    }

    @Test
    void whileACallHangsOtherTasksGoOnTheirWayInTheSameRound() throws Exception {
        intake.is(Fate.HANG);
        var other = TestingDispatcher.of(environment).checkedIn();
        // why both: each has ten slots, and twelve tasks are spread over both.
        submit(12);

        enqueuer.round();

        await().atMost(PATIENT).until(() -> !intake.arrivals().isEmpty());
        assertThat(queues.named(other.queue()).depth()).isPositive();
    }

    @Test
    void aDispatcherThatFailedIsLeftAloneAndTriedAtOnceWhenItChecksInAnew() throws Exception {
        intake.is(Fate.FAIL);
        var submitted = submit(1);
        enqueuer.round();
        await().atMost(PATIENT).until(() -> isReleased(submitted.getFirst()));
        var calledBefore = intake.arrivals().size();
        var late = tasks.submit();

        enqueuer.round();

        assertThat(intake.arrivals()).hasSize(calledBefore);
        assertThat(tasks.waitingReason(late))
                .startsWith(
                        "attempts cannot be sent now: dispatcher '"
                                + sent.id()
                                + "' at "
                                + intake.url()
                                + ": 500");
        assertThat(explained(late)).contains("DISPATCHER_AWAY", "Attempts cannot be sent now");
        assertThat(explained(submitted.getFirst()))
                .contains("DISPATCHER_AWAY", "It is still to be sent");
        intake.is(Fate.ACCEPT);
        sent.leave();
        sent.restarted().checkIn();
        enqueuer.round();
        awaitNoRows(List.of(late));
    }

    private String explained(TaskId task) {
        return TestingClient.of(environment).get("/api/v1/tasks/" + task + "/explain").body();
    }

    private boolean isReleased(TaskId task) {
        return jdbc.sql("select taken_until is null from dispatch_outbox where task_id = :id")
                .param("id", task.value())
                .query(Boolean.class)
                .single();
    }

    @Test
    void aListHoldsNoMoreThanItsDispatcherWorksOnAndTheRestWaits() throws Exception {
        var submitted = submit(15);

        enqueuer.round();
        await().atMost(PATIENT).until(() -> list.depth() == 10);
        enqueuer.round();

        assertThat(list.depth()).isEqualTo(10);
        var waiting =
                submitted.stream().filter(task -> tasks.state(task) == TaskState.PENDING).toList();
        assertThat(waiting).hasSize(5);
        assertThat(tasks.waitingReason(waiting.getFirst()))
                .contains(sent.queue(), "already holds 10 attempts");
        assertThat(explained(waiting.getFirst())).contains("QUEUE_FULL", "more than 10 attempts");
        var delivered = list.take(100, Duration.ZERO);
        delivered.forEach(list::acknowledge);
        goOnUntilNoRows(submitted);
        assertThat(list.depth()).isEqualTo(5);
    }

    @Test
    void whatAListHasLostIsFoundInPostgresAndSentAgain() throws Exception {
        var submitted = submit(3);
        enqueuer.round();
        awaitNoRows(submitted);
        list.take(100, Duration.ZERO).forEach(list::acknowledge);
        assertThat(outbox.putBackUnclaimed(Duration.ofSeconds(30))).isZero();
        submitted.forEach(task -> tasks.set(task, "queued_at = now() - interval '40 seconds'"));

        assertThat(outbox.putBackUnclaimed(Duration.ofSeconds(30))).isEqualTo(3);
        enqueuer.round();
        awaitNoRows(submitted);
        assertThat(onList()).containsExactlyInAnyOrderElementsOf(submitted);

        assertThat(outbox.rebuild()).isEqualTo(3);
        enqueuer.round();
        awaitNoRows(submitted);
        assertThat(list.takeOver(100, Duration.ZERO, Set.of())).hasSize(3);
        assertThat(list.depth()).isEqualTo(3);
    }

    @Test
    void aDeadLetterOfAListEndsItsTask() throws Exception {
        var submitted = submit(1);
        enqueuer.round();
        awaitNoRows(submitted);
        list.bury(list.take(1, Duration.ZERO).getFirst(), "killed its dispatchers");

        deadLetters.loop().tick();

        assertThat(tasks.row(submitted.getFirst()))
                .containsEntry("state", "FAILED")
                .containsEntry("failure_kind", "INTERNAL");
        assertThat(list.deadLetters(1)).isEmpty();
    }

    @Test
    void aListWhoseDispatcherIsGoneIsLeftForAnotherQueue() throws Exception {
        var submitted = submit(1);
        enqueuer.round();
        awaitNoRows(submitted);
        submitted.forEach(task -> tasks.set(task, "queued_at = now() - interval '40 seconds'"));
        sent.leave();
        var other = TestingDispatcher.of(environment).checkedIn();

        assertThat(outbox.putBackUnclaimed(Duration.ofSeconds(30))).isOne();
        enqueuer.round();

        assertThat(tasks.row(submitted.getFirst())).containsEntry("queue", other.queue());
        assertThat(other.claim(submitted.getFirst(), 1).state()).isEqualTo(TaskState.PROVISIONING);
    }

    @Test
    void aListWhoseDispatcherHasNoHealthyBackendIsLeftForAnotherQueue() throws Exception {
        var submitted = submit(1);
        enqueuer.round();
        awaitNoRows(submitted);
        submitted.forEach(task -> tasks.set(task, "queued_at = now() - interval '40 seconds'"));
        sent.leave();
        sent.with(new BackendStatus(RuntimeType.LOCAL, "engine-1", false, "hangs")).checkIn();
        var other = TestingDispatcher.of(environment).checkedIn();

        assertThat(outbox.putBackUnclaimed(Duration.ofSeconds(30))).isOne();
        enqueuer.round();

        assertThat(tasks.row(submitted.getFirst())).containsEntry("queue", other.queue());
        assertThat(other.claim(submitted.getFirst(), 1).state()).isEqualTo(TaskState.PROVISIONING);
    }
}
