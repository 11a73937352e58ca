package dev.kohakku.controller.rescue;

import static dev.kohakku.controller.testing.TestingDispatcher.refusalOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.common.wire.AttemptRef;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.controller.role.ApiLoop;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingHealth;
import dev.kohakku.controller.testing.TestingPresence;
import dev.kohakku.controller.testing.TestingTasks;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class AttemptHandOverIT {

    private static final AttemptEvent RUNNING =
            new AttemptEvent.Running(Instant.parse("2030-01-01T00:00:00Z"), "c-1", "engine-1");

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired AttemptHandOver handOver;
    @Autowired AttemptRescuer rescuer;
    @Autowired ApiLoop apiPresence;
    TestingPresence presence;
    TestingTasks tasks;
    TestingDispatcher owner;
    AttemptId attempt;
    TaskId task;
    AttemptRef owned;

    @BeforeEach
    void claim() {
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        presence = new TestingPresence(jdbc);
        presence.lasting(Duration.ofHours(1));
        owner = TestingDispatcher.of(environment).checkedIn();
        attempt = tasks.submitQueued();
        task = attempt.task();
        owned = AttemptRef.of(attempt, owner.claim(task, 1).epoch());
    }

    @ParameterizedTest
    @EnumSource(names = {"PROVISIONING", "RUNNING", "CANCELLING"})
    void theOtherDispatcherInTheScopeTakesOverAndTheOldOwnerIsFenced(TaskState state) {
        var other = owner.beside().checkedIn();
        tasks.set(task, "state = '" + state + "'");
        var deadline = tasks.row(task).get("deadline_at");
        expire(owner);

        assertThat(handOver.round()).isFalse();

        assertThat(tasks.row(task))
                .containsEntry("state", state.name())
                .containsEntry("dispatcher_id", other.id())
                .containsEntry("dispatcher_instance", null)
                .containsEntry("epoch", 2L)
                .containsEntry("deadline_at", deadline);
        assertThat(tasks.attempt(attempt))
                .containsEntry("dispatcher_id", other.id())
                .containsEntry("epoch", 2L);
        assertThat(refusalOf(() -> owner.report(attempt, owned.epoch(), 1, RUNNING)))
                .isEqualTo("409 attempt-fenced");
        assertThat(actorOf("superseded_report")).isEqualTo("dispatcher:" + owner.id());
        assertThat(owner.heartbeat(owned).notOwned()).containsExactly(owned);
        var handed = AttemptRef.of(attempt, new Epoch(2));
        assertThat(other.heartbeat().resume()).containsExactly(handed);
        var claimed = other.claim(task, 1);
        assertThat(claimed.epoch()).isEqualTo(new Epoch(3));
        assertThat(claimed.state()).isEqualTo(state);
        other.report(attempt, claimed.epoch(), 1, RUNNING);
        assertThat(tasks.timeline(task)).containsOnlyOnce("handed_over");
    }

    @Test
    void anOwnerThatLivesOnAnotherEngineNowIsReplacedByOneOnTheContainers() {
        var other = owner.beside().checkedIn();
        var elsewhere =
                owner.restarted()
                        .with(new BackendStatus(RuntimeType.LOCAL, "engine-2", true, null))
                        .checkedIn();
        elsewhere.heartbeat();
        handOver.round();
        assertStillOwned();

        elsewhere.heartbeat();
        handOver.round();

        assertThat(tasks.row(task)).containsEntry("dispatcher_id", other.id());
        assertThat(tasks.timeline(task)).contains("handed_over");
    }

    @Test
    void anOwnerThatLivesWithoutTheBackendNowIsReplacedByOneOnTheContainersEngine() {
        var other = owner.beside().checkedIn();
        var elsewhere =
                owner.restarted()
                        .with(new BackendStatus(RuntimeType.K8S, "c", true, null))
                        .checkedIn();
        elsewhere.heartbeat();
        elsewhere.heartbeat();

        handOver.round();

        assertThat(ownerOf(task)).isEqualTo(other.id());
        assertThat(tasks.timeline(task)).contains("handed_over");
    }

    @ParameterizedTest
    @ValueSource(strings = {"engine-1", "unknown"})
    void anOwnerWhoseEngineIsMerelyAwayKeepsIt(String scope) {
        owner.beside().checkedIn();
        owner.restarted()
                .with(
                        new BackendStatus(RuntimeType.K8S, "c", true, null),
                        new BackendStatus(RuntimeType.LOCAL, scope, false, "engine hangs"))
                .checkedIn();

        handOver.round();

        assertStillOwned();
    }

    @Test
    void anAdopterThatLivesAndDoesNotClaimIsReplacedToo() {
        var first = owner.beside().checkedIn();
        expire(owner);
        handOver.round();
        assertThat(tasks.row(task)).containsEntry("dispatcher_id", first.id());
        var second = owner.beside().checkedIn();

        handOver.round();
        assertThat(tasks.row(task)).containsEntry("dispatcher_id", first.id());
        tasks.set(task, "updated_at = now() - interval '1 minute'");
        handOver.round();

        assertThat(tasks.row(task)).containsEntry("dispatcher_id", second.id());
    }

    @ParameterizedTest
    @CsvSource({
        "local, engine-2, true",
        "local, engine-1, false",
        "k8s, engine-1, true",
    })
    void whoCannotWatchTheContainerIsNotHandedIt(String type, String scope, boolean healthy) {
        var runtime = RuntimeType.valueOf(type.toUpperCase(Locale.ROOT));
        TestingDispatcher.of(environment)
                .with(new BackendStatus(runtime, scope, healthy, null))
                .checkedIn();
        expire(owner);

        handOver.round();

        assertStillOwned();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "draining = true, cordoned_at = now()",
                "left_at = now()",
                "lease_expires_at = now()"
            })
    void whoIsOnItsWayOutIsHandedNothing(String condition) {
        var other = owner.beside().checkedIn();
        jdbc.sql("update dispatchers set " + condition + " where id = :id")
                .param("id", other.id())
                .update();
        expire(owner);

        handOver.round();

        assertStillOwned();
    }

    @Test
    void oneThatIsMerelyCordonedTakesOver() {
        var other = owner.beside().checkedIn();
        post(other, "cordon");
        expire(owner);

        handOver.round();

        assertThat(ownerOf(task)).isEqualTo(other.id());
    }

    @Test
    void anAttemptWhoseScopeIsNotKnownStays() {
        owner.beside().checkedIn();
        jdbc.sql("update attempts set scope = null where task_id = :id")
                .param("id", task.value())
                .update();
        expire(owner);

        handOver.round();

        assertStillOwned();
    }

    @Test
    void withNobodyInTheScopeItWaitsForItsOwnerAndIsLostAfterTheGrace() {
        owner.elsewhere().checkedIn();
        silentFor(owner, 59);
        handOver.round();
        rescuer.round();
        assertStillOwned();

        silentFor(owner, 61);
        handOver.round();
        rescuer.round();

        assertThat(tasks.row(task))
                .containsEntry("state", "FAILED")
                .containsEntry("failure_kind", "DISPATCHER_LOST");
    }

    @Test
    void whatCanBeHandedOverIsNeverLost() {
        var other = owner.beside().checkedIn();
        silentFor(owner, 3_600);

        rescuer.round();
        assertStillOwned();
        handOver.round();

        assertThat(ownerOf(task)).isEqualTo(other.id());
    }

    @Test
    void anOwnerThatComesBackInTimeKeepsIt() {
        owner.beside().checkedIn();
        expire(owner);
        owner.heartbeat(owned);

        handOver.round();

        assertStillOwned();
        assertThat(owner.heartbeat(owned).notOwned()).isEmpty();
    }

    @Test
    void aNewOwnerThatDiesBeforeItsClaimHandsItOn() {
        var second = owner.beside().checkedIn();
        // why earlier: of three that fall silent at once two are not judged by the third alone.
        silentFor(owner, 60);
        handOver.round();
        var third = owner.beside().checkedIn();
        expire(second);

        handOver.round();

        assertThat(ownerOf(task)).isEqualTo(third.id());
        assertThat(third.claim(task, 1).epoch()).isEqualTo(new Epoch(4));
    }

    @Test
    void aWatchMayComeBackToTheProcessThatHadIt() {
        var second = owner.beside().checkedIn();
        expire(owner);
        handOver.round();
        owner.heartbeat();
        expire(second);

        handOver.round();

        assertThat(owner.heartbeat(owned).notOwned()).containsExactly(owned);
        assertThat(owner.heartbeat().resume())
                .containsExactly(AttemptRef.of(attempt, new Epoch(3)));
        assertThat(owner.claim(task, 1).epoch()).isEqualTo(new Epoch(4));
    }

    @Test
    void whatADispatcherLeavesGoesToAnotherAtOnceWhoeverWasAway() {
        var other = owner.beside().checkedIn();
        owner.leave();
        presence.lastSeen(Duration.ofMinutes(5));

        handOver.round();

        assertThat(ownerOf(task)).isEqualTo(other.id());
    }

    @Test
    void aDrainMovesWhatRunsAndTellsBoth() throws Exception {
        try (var from = new TestingHealth();
                var to = new TestingHealth()) {
            var draining = owner.at(from.url()).checkedIn();
            owner.beside().at(to.url()).checkedIn();
            post(draining, "drain");
            assertThat(from.requests().poll(10, TimeUnit.SECONDS)).isNotNull();

            handOver.round();
            assertStillOwned();
            tasks.set(task, "state = 'RUNNING'");
            handOver.round();

            assertThat(ownerOf(task)).isNotEqualTo(draining.id());
            for (var address : new TestingHealth[] {from, to}) {
                var nudge = address.requests().poll(10, TimeUnit.SECONDS);
                assertThat(nudge).isNotNull();
                assertThat(nudge.line()).isEqualTo("POST /heartbeat");
                assertThat(nudge.apiKey()).isEqualTo(ControllerTest.DISPATCHER_KEY);
            }
        }
    }

    @Test
    void whileAllApiProcessesAreAwayNothingMoves() {
        owner.beside().checkedIn();
        expire(owner);
        presence.lastSeen(Duration.ofSeconds(11));

        handOver.round();

        assertStillOwned();
    }

    @Test
    void afterARestartOfTheOnlyControllerEverybodyHasAWholeLeaseToComeBack() throws Exception {
        var other = owner.beside().checkedIn();
        expire(owner);
        presence.lastSeen(Duration.ofMinutes(5));
        apiPresence.loop().tick();

        handOver.round();
        presence.lasting(Duration.ofSeconds(13));
        handOver.round();
        assertStillOwned();
        presence.lasting(Duration.ofSeconds(16));
        handOver.round();

        assertThat(ownerOf(task)).isEqualTo(other.id());
    }

    @Test
    void anAttemptThatCannotBeHandedOverDoesNotHoldTheOthers() {
        var other = owner.beside().checkedIn();
        var second = tasks.submitQueued().task();
        owner.claim(second, 1);
        tasks.set(task, "epoch = " + Long.MAX_VALUE);
        expire(owner);

        assertThat(handOver.round()).isFalse();

        assertThat(ownerOf(second)).isEqualTo(other.id());
        assertThat(ownerOf(task)).isEqualTo(owner.id());
    }

    private void assertStillOwned() {
        assertThat(tasks.row(task))
                .containsEntry("dispatcher_id", owner.id())
                .containsEntry("epoch", 1L);
        assertThat(tasks.timeline(task)).doesNotContain("handed_over");
    }

    private Object ownerOf(TaskId which) {
        return tasks.row(which).get("dispatcher_id");
    }

    private String actorOf(String event) {
        return jdbc.sql("select actor from task_events where task_id = :id and type = :type")
                .param("id", task.value())
                .param("type", event)
                .query(String.class)
                .single();
    }

    private void post(TestingDispatcher dispatcher, String what) {
        var answer =
                TestingClient.of(environment)
                        .post("/api/v1/dispatchers/" + dispatcher.id() + "/" + what, null);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    private void expire(TestingDispatcher dispatcher) {
        silentFor(dispatcher, 0);
    }

    private void silentFor(TestingDispatcher dispatcher, int seconds) {
        jdbc.sql(
                        "update dispatchers set lease_expires_at = now() - make_interval(secs =>"
                                + " :s) where id = :id")
                .param("s", (double) seconds)
                .param("id", dispatcher.id())
                .update();
    }
}
