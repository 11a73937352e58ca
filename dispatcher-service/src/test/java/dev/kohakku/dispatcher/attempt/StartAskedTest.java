package dev.kohakku.dispatcher.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.common.task.TestingSpec;
import dev.kohakku.common.time.TestingClock;
import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.common.wire.Callback;
import dev.kohakku.dispatcher.attempt.TestingDispatcher.World;
import dev.kohakku.dispatcher.backend.BackendException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * On an engine that keeps nothing of what others remove, no container runs twice: each start is
 * recorded at the Controller before it is asked for.
 */
class StartAskedTest {

    private final World world = World.of(new TestingClock());
    private TestingDispatcher dispatcher;
    private AttemptId attempt;

    @BeforeEach
    void queueATask() {
        world.backend().forgetRuns();
        dispatcher = new TestingDispatcher(world);
        attempt = world.controller().queue(TestingIds.newAttempt(), TestingSpec.of("true"));
    }

    @AfterEach
    void stop() throws InterruptedException {
        world.controller().setAway(false);
        dispatcher.stop();
    }

    private void restart() throws InterruptedException {
        dispatcher.stop();
        world.controller().setAway(false);
        dispatcher = new TestingDispatcher(world);
        dispatcher.begin(attempt);
    }

    private void awaitRunning() {
        await().until(() -> world.backend().isRunning(attempt));
    }

    private Callback awaitOnlyEnd() {
        await().until(() -> dispatcher.running().all().isEmpty());
        assertThat(world.controller().ends(attempt)).hasSize(1);
        assertThat(world.backend().exists(attempt)).isFalse();
        return world.controller().ends(attempt).getFirst();
    }

    /** Everything but the record of the start is lost from now on. */
    private void loseAllReportsOfTheStart() {
        world.controller().afterNextStarting(() -> world.controller().setAway(true));
    }

    @Test
    void aStartIsRecordedOnceBeforeTheContainerRuns() {
        dispatcher.begin(attempt);
        awaitRunning();
        await().until(() -> world.controller().state(attempt) == TaskState.RUNNING);

        assertThat(world.controller().events(attempt))
                .filteredOn(event ->
                        event instanceof AttemptEvent.Starting
                                || event instanceof AttemptEvent.Running)
                .extracting(event -> (Class) event.getClass())
                .containsExactly(AttemptEvent.Starting.class, AttemptEvent.Running.class);
    }

    @Test
    void withoutItsRecordNothingIsStarted() {
        world.backend().afterNextCreate(() -> world.controller().setAway(true));
        dispatcher.begin(attempt);
        await().until(() -> world.controller().failures() > 2);
        assertThat(world.backend().started()).isEmpty();

        world.controller().setAway(false);

        awaitRunning();
        assertThat(world.backend().started()).containsExactly(attempt);
    }

    @Test
    void whoLostTheAttemptBeforeTheRecordStartsNothingAndLeavesItToTheNextOwner() {
        world.backend().afterNextCreate(() -> world.controller().giveAway(attempt));
        dispatcher.begin(attempt);

        await().until(() -> !world.backend().created().isEmpty());
        await().until(() -> dispatcher.running().all().isEmpty());
        assertThat(world.backend().started()).isEmpty();
        assertThat(world.backend().exists(attempt)).isTrue();
        assertThat(world.controller().ends(attempt)).isEmpty();
    }

    @Test
    void aCancelIsHeardWithTheRecordAndKeepsThePayloadFromRunning() {
        world.backend().afterNextCreate(() -> world.controller().requestCancel(attempt));
        dispatcher.begin(attempt);

        await().until(() -> !world.backend().created().isEmpty());
        assertThat(awaitOnlyEnd().status()).isEqualTo(Callback.Status.CANCELLED);
        assertThat(world.backend().started()).isEmpty();
    }

    @Test
    void whatWasRemovedBeforeItsStartWasReportedDoesNotRunAgain() throws Exception {
        loseAllReportsOfTheStart();
        dispatcher.begin(attempt);
        awaitRunning();
        dispatcher.stop();
        assertThat(world.controller().state(attempt)).isEqualTo(TaskState.PROVISIONING);
        world.backend().vanish(attempt);

        restart();

        assertThat(awaitOnlyEnd().failureKind()).isEqualTo(FailureKind.CONTAINER_VANISHED);
        assertThat(world.backend().started()).containsExactly(attempt);
    }

    @Test
    void whatIsStillThereIsAdoptedAsBefore() throws Exception {
        loseAllReportsOfTheStart();
        dispatcher.begin(attempt);
        awaitRunning();

        restart();
        await().until(() -> world.controller().state(attempt) == TaskState.RUNNING);
        world.backend().exit(attempt, 0);

        assertThat(awaitOnlyEnd().status()).isEqualTo(Callback.Status.COMPLETED);
        assertThat(world.backend().started()).containsExactly(attempt);
    }

    @Test
    void whatWasMadeAndRemovedBeforeTheRecordIsMadeAgain() throws Exception {
        world.backend().afterNextCreate(() -> world.controller().setAway(true));
        dispatcher.begin(attempt);
        await().until(() -> world.controller().failures() > 2);
        dispatcher.stop();
        world.backend().vanish(attempt);

        restart();
        awaitRunning();
        world.backend().exit(attempt, 0);

        assertThat(awaitOnlyEnd().status()).isEqualTo(Callback.Status.COMPLETED);
        assertThat(world.backend().started()).containsExactly(attempt);
    }

    @Test
    void theSameProcessDoesNotMakeItAgainEitherWhenTheReplyToItsStartWasLost() {
        world.backend().removeWhenTheNextStartReplyIsLost();
        dispatcher.begin(attempt);

        await().until(() -> !world.backend().started().isEmpty());
        assertThat(awaitOnlyEnd().failureKind()).isEqualTo(FailureKind.CONTAINER_VANISHED);
        assertThat(world.backend().started()).containsExactly(attempt);
    }

    @Test
    void aLostReplyToAStartThatWasNotDoneIsAskedForAgain() {
        world.backend().dieBetweenCreateAndStart();
        dispatcher.begin(attempt);
        awaitRunning();
        world.backend().exit(attempt, 0);

        assertThat(awaitOnlyEnd().status()).isEqualTo(Callback.Status.COMPLETED);
        assertThat(world.backend().created()).hasSize(1);
    }

    @Test
    void aStartThatWasRefusedBeforeItsOwnerDiedIsDoneByTheNextOne() throws Exception {
        world.backend()
                .refuseStartsOfTheMade(
                        BackendException.refused(FailureKind.BACKEND_ERROR, "for now", null));
        dispatcher.begin(attempt);
        await().until(() ->
                world.controller().events(attempt).stream()
                        .anyMatch(event ->
                                event instanceof AttemptEvent.Backend said
                                        && said.message().contains("for now")));
        dispatcher.stop();
        world.backend().refuseStartsOfTheMade(null);

        restart();
        awaitRunning();
        world.backend().exit(attempt, 0);

        assertThat(awaitOnlyEnd().status()).isEqualTo(Callback.Status.COMPLETED);
        assertThat(world.backend().started()).containsExactly(attempt);
    }

    @Test
    void aStartThatIsRefusedForGoodLeavesNothingOnceItIsReported() {
        world.backend()
                .refuseStartsOfTheMade(
                        BackendException.refused(FailureKind.START_REFUSED, "never", null));
        dispatcher.begin(attempt);

        await().until(() -> !world.backend().created().isEmpty());
        assertThat(awaitOnlyEnd().failureKind()).isEqualTo(FailureKind.START_REFUSED);
        assertThat(world.backend().started()).isEmpty();
    }

    @Test
    void aControllerThatIsOlderAndCannotReadTheRecordHoldsNothingUp() {
        world.controller().refuseStartings();
        dispatcher.begin(attempt);
        awaitRunning();
        world.backend().exit(attempt, 0);

        assertThat(awaitOnlyEnd().status()).isEqualTo(Callback.Status.COMPLETED);
    }
}
