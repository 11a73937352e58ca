package dev.kohakku.controller.rescue;

import static dev.kohakku.controller.testing.TestingDispatcher.refusalOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.time.TestingClock;
import dev.kohakku.common.wire.AttemptRef;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.controller.attempt.AttemptEnds;
import dev.kohakku.controller.role.ApiLoop;
import dev.kohakku.controller.task.TaskHistory;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingPresence;
import dev.kohakku.controller.testing.TestingTasks;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@ControllerTest
class AttemptRescuerIT {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired OwnerStore store;
    @Autowired AttemptEnds ends;
    @Autowired TaskHistory history;
    @Autowired TransactionTemplate transaction;
    @Autowired ApiLoop apiPresence;
    TestingPresence presence;
    TestingTasks tasks;
    TestingDispatcher dispatcher;
    AttemptRescuer rescuer;
    TaskId task;

    @BeforeEach
    void claim() {
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        dispatcher = TestingDispatcher.of(environment).checkedIn();
        // why: only while others are heard is a silence one's own.
        dispatcher.elsewhere().checkedIn();
        task = tasks.submitQueued(",\"max_attempts\":2").task();
        dispatcher.claim(task, 1);
        presence = new TestingPresence(jdbc);
        presence.lasting(Duration.ofHours(1));
        rescuer =
                new AttemptRescuer(
                        store,
                        ends,
                        history,
                        transaction,
                        new RescueProperties(
                                MINUTE,
                                MINUTE.multipliedBy(10),
                                Duration.ofMinutes(15),
                                Duration.ofSeconds(30)),
                        new PassedOver(new TestingClock()));
    }

    @Test
    void aSilentOwnersAttemptIsTriedAgainAndTheOwnerIsFenced() {
        silentFor(61);

        assertThat(rescuer.round()).isFalse();

        assertThat(tasks.row(task)).containsEntry("state", "PENDING").containsEntry("attempt", 2);
        assertThat(tasks.attempt(new AttemptId(task, 1)))
                .containsEntry("state", "FAILED")
                .containsEntry("failure_kind", "DISPATCHER_LOST");
        var lost = new AttemptRef(task, 1, new Epoch(1));
        assertThat(dispatcher.heartbeat(lost).notOwned()).containsExactly(lost);
        assertThat(refusalOf(() -> dispatcher.claim(task, 1))).isEqualTo("409 attempt-superseded");
    }

    @Test
    void aTaskWithoutAttemptsLeftFails() {
        tasks.set(task, "max_attempts = 1");
        silentFor(61);

        rescuer.round();

        assertThat(tasks.row(task))
                .containsEntry("state", "FAILED")
                .containsEntry("failure_kind", "DISPATCHER_LOST");
        assertThat((String) tasks.row(task).get("error_message"))
                .contains(dispatcher.id(), "silent");
    }

    @Test
    void anExpiredLeaseWithinTheGraceCostsNothing() {
        silentFor(59);

        rescuer.round();

        assertThat(tasks.state(task)).isEqualTo(TaskState.PROVISIONING);
    }

    @Test
    void anOwnerWhoIsAliveButLateGetsMoreTimeAndMayStillReportSuccess() {
        tasks.set(task, "deadline_at = now(), state = 'RUNNING'");

        rescuer.round();
        rescuer.round();

        assertThat(tasks.state(task)).isEqualTo(TaskState.RUNNING);
        assertThat(tasks.timeline(task)).containsOnlyOnce("run_overdue");
        assertThat(
                        jdbc.sql(
                                        """
                                        select deadline_at between now() + interval '14 min' and now() + interval '15 min'
                                        from tasks where id = :id
                                        """)
                                .param("id", task.value())
                                .query(Boolean.class)
                                .single())
                .isTrue();
    }

    @Test
    void anOwnerWhoIsAliveButMuchTooLateLosesTheAttemptAndARunIsNotRepeated() {
        tasks.set(task, "deadline_at = now(), state = 'RUNNING'");
        rescuer.round();
        tasks.set(task, "deadline_at = now()");

        rescuer.round();

        assertThat(tasks.row(task))
                .containsEntry("state", "TIMED_OUT")
                .containsEntry("failure_kind", "RUN_TIMEOUT")
                .containsEntry("attempt", 1);
        assertThat((String) tasks.row(task).get("error_message")).contains("run timeout");
    }

    @Test
    void anOwnerWhoIsAliveAndCannotStartTheContainerLosesTheAttemptToTheNext() {
        tasks.set(task, "deadline_at = now()");
        rescuer.round();
        assertThat(tasks.state(task)).isEqualTo(TaskState.PROVISIONING);
        tasks.set(task, "deadline_at = now()");

        rescuer.round();

        assertThat(tasks.row(task)).containsEntry("state", "PENDING").containsEntry("attempt", 2);
        assertThat(tasks.attempt(new AttemptId(task, 1)))
                .containsEntry("failure_kind", "START_TIMEOUT");
    }

    @Test
    void aTaskThatCannotBeReadDoesNotHoldTheOthers() {
        var other = tasks.submitQueued(",\"max_attempts\":2").task();
        dispatcher.claim(other, 1);
        tasks.set(task, "spec = '{\"timeouts\":5}'");
        silentFor(61);

        assertThat(rescuer.round()).isFalse();

        assertThat(tasks.state(task)).isEqualTo(TaskState.PROVISIONING);
        assertThat(tasks.state(other)).isEqualTo(TaskState.PENDING);
    }

    @Test
    void aSpecOfANewerControllerIsReadAllTheSame() {
        tasks.set(task, "spec = spec || '{\"not_known_yet\":1}'");
        silentFor(61);

        rescuer.round();

        assertThat(tasks.state(task)).isEqualTo(TaskState.PENDING);
    }

    @Test
    void pastItsExpiryALateAttemptIsNotTriedAgain() {
        tasks.set(task, "deadline_at = now(), expires_at = now(), state = 'RUNNING'");
        rescuer.round();
        tasks.set(task, "deadline_at = now()");

        rescuer.round();

        assertThat(tasks.row(task))
                .containsEntry("state", "TIMED_OUT")
                .containsEntry("failure_kind", "EXPIRED");
    }

    @Test
    void aCancelWhoseOwnerIsLostEndsAndSaysThatNothingWasVerified() {
        tasks.cancel(task);
        silentFor(61);

        rescuer.round();

        assertThat(tasks.state(task)).isEqualTo(TaskState.CANCELLED);
        assertThat((String) tasks.row(task).get("error_message")).contains("not verified");
    }

    @Test
    void aCancelWhoseOwnerIsAliveIsNotCalledDoneButRemindedOf() {
        tasks.cancel(task);
        tasks.set(task, "deadline_at = now()");

        rescuer.round();
        rescuer.round();

        assertThat(tasks.state(task)).isEqualTo(TaskState.CANCELLING);
        assertThat(tasks.timeline(task)).containsOnlyOnce("cancel_overdue");
    }

    @Test
    void aRestartOfTheOnlyControllerAfterFiveMinutesGivesEveryDispatcherAFullGrace()
            throws Exception {
        silentFor(3_600);
        presence.lastSeen(Duration.ofMinutes(5));
        apiPresence.loop().tick();

        rescuer.round();
        presence.lasting(Duration.ofSeconds(58));
        rescuer.round();
        assertThat(tasks.state(task)).isEqualTo(TaskState.PROVISIONING);
        presence.lasting(Duration.ofSeconds(61));
        rescuer.round();

        assertThat(tasks.state(task)).isEqualTo(TaskState.PENDING);
    }

    @Test
    void whileAllApiProcessesAreAwayAWorkerGivesNobodyUp() {
        silentFor(3_600);
        tasks.set(task, "deadline_at = now() - interval '1 hour'");
        presence.lastSeen(Duration.ofSeconds(11));

        rescuer.round();

        assertThat(tasks.state(task)).isEqualTo(TaskState.PROVISIONING);
        assertThat(tasks.timeline(task)).doesNotContain("start_overdue");
    }

    @Test
    void aCancelThatTakesTooLongIsAnAlarmWhoeverWasAway() {
        tasks.cancel(task);
        assertThat(
                        jdbc.sql(
                                        """
                                        select deadline_at between now() + interval '15 s' and now() + interval '20 s'
                                        from tasks where id = :id
                                        """)
                                .param("id", task.value())
                                .query(Boolean.class)
                                .single())
                .isTrue();
        tasks.set(task, "deadline_at = now()");
        presence.lastSeen(Duration.ofMinutes(5));

        rescuer.round();

        assertThat(tasks.timeline(task)).containsOnlyOnce("cancel_overdue");
        assertThat(tasks.state(task)).isEqualTo(TaskState.CANCELLING);
    }

    @Test
    void whatAnotherInTheScopeCanWatchIsNotLost() {
        dispatcher.beside().checkedIn();
        jdbc.sql(
                        "update dispatchers set lease_expires_at = now() - interval '1 hour' where"
                                + " id = :id")
                .param("id", dispatcher.id())
                .update();

        rescuer.round();

        assertThat(tasks.state(task)).isEqualTo(TaskState.PROVISIONING);
    }

    @Test
    void whatAnOwnerLeftBehindThatCameBackWithoutTheBackendIsLostAfterTheGrace() {
        cameBackWithoutTheBackend(59);
        rescuer.round();
        assertThat(tasks.state(task)).isEqualTo(TaskState.PROVISIONING);

        cameBackWithoutTheBackend(61);
        rescuer.round();

        assertThat(tasks.row(task)).containsEntry("state", "PENDING").containsEntry("attempt", 2);
        assertThat((String) tasks.attempt(new AttemptId(task, 1)).get("error_message"))
                .contains("has not reached the engine");
    }

    @Test
    void aCancelWhoseOwnerCameBackWithoutTheBackendEndsEvenWhereNoScopeWasRecorded() {
        jdbc.sql("update attempts set scope = null where task_id = :id")
                .param("id", task.value())
                .update();
        tasks.cancel(task);
        cameBackWithoutTheBackend(61);

        rescuer.round();

        assertThat(tasks.state(task)).isEqualTo(TaskState.CANCELLED);
        assertThat((String) tasks.row(task).get("error_message")).contains("not verified");
    }

    private void cameBackWithoutTheBackend(int secondsAgo) {
        var back =
                dispatcher
                        .restarted()
                        .with(new BackendStatus(RuntimeType.K8S, "c", true, null))
                        .checkedIn();
        back.heartbeat();
        back.heartbeat();
        jdbc.sql(
                        "update dispatchers set backends_since = now() - make_interval(secs => :s)"
                                + " where id = :id")
                .param("s", (double) secondsAgo)
                .param("id", dispatcher.id())
                .update();
    }

    private void silentFor(int seconds) {
        jdbc.sql(
                        """
                        update dispatchers set lease_expires_at = now() - make_interval(secs => :s),
                            heartbeat_at = now() - make_interval(secs => :s + 15)
                        where id = :id
                        """)
                .param("s", (double) seconds)
                .param("id", dispatcher.id())
                .update();
    }
}
