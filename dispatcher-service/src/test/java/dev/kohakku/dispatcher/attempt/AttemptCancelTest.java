package dev.kohakku.dispatcher.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.common.task.TestingSpec;
import dev.kohakku.common.time.TestingClock;
import dev.kohakku.common.wire.Callback;
import dev.kohakku.dispatcher.attempt.TestingDispatcher.World;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A cancel at each phase ends in a container that is verified gone, and in one report. */
class AttemptCancelTest {

    private final World world = World.of(new TestingClock());
    private TestingDispatcher dispatcher;
    private AttemptId attempt;

    @BeforeEach
    void queueATask() {
        dispatcher = new TestingDispatcher(world);
        attempt = world.controller().queue(TestingIds.newAttempt(), TestingSpec.of("sleep", "9"));
    }

    @AfterEach
    void stop() throws InterruptedException {
        dispatcher.stop();
    }

    private void cancel() {
        dispatcher.running().find(attempt).orElseThrow().cancelRequested();
    }

    private void assertCancelledAndGone() {
        await().until(() -> dispatcher.running().all().isEmpty());
        assertThat(world.controller().ends(attempt))
                .extracting(Callback::status)
                .containsExactly(Callback.Status.CANCELLED);
        assertThat(world.backend().exists(attempt)).isFalse();
    }

    @Test
    void whileTheClaimIsOnItsWayNothingIsEverMade() {
        world.controller().setAway(true);
        dispatcher.begin(attempt);
        await().until(() -> world.controller().failures() > 0);
        cancel();
        world.controller().setAway(false);

        assertCancelledAndGone();
        assertThat(world.backend().created()).isEmpty();
    }

    @Test
    void whileTheContainerIsBeingStartedItIsStoppedAfterwards() {
        world.backend().holdStarts(true);
        dispatcher.begin(attempt);
        await().until(() -> world.backend().startsHeld() > 0);
        cancel();
        world.backend().holdStarts(false);

        assertCancelledAndGone();
    }

    @Test
    void whenTheStartsReplyIsLostTheContainerIsFoundAndStopped() {
        world.backend().holdStarts(true);
        dispatcher.begin(attempt);
        await().until(() -> world.backend().startsHeld() > 0);
        world.backend().loseNextStartReply();
        cancel();
        world.backend().holdStarts(false);

        assertCancelledAndGone();
        assertThat(world.backend().created()).hasSize(1);
    }

    @Test
    void betweenCreateAndStartTheCreatedContainerIsRemoved() {
        world.backend().holdStarts(true);
        dispatcher.begin(attempt);
        await().until(() -> world.backend().startsHeld() > 0);
        world.backend().dieBetweenCreateAndStart();
        cancel();
        world.backend().holdStarts(false);

        assertCancelledAndGone();
    }

    @Test
    void whileItRunsTheStepsOfTheStopAreReported() {
        dispatcher.begin(attempt);
        await().until(() -> world.backend().isRunning(attempt));
        cancel();

        assertCancelledAndGone();
        assertThat(world.controller().steps(attempt)).containsSubsequence("term_sent", "gone");
        assertThat(world.controller().ends(attempt).getFirst().exitCode()).isEqualTo(143);
    }

    @Test
    void theAnswerToAReportIsEnoughOfACancel() {
        dispatcher.begin(attempt);
        await().until(() -> world.backend().isRunning(attempt));
        world.controller().requestCancel(attempt);
        world.agents().checkIn(attempt, Instant.EPOCH);

        assertCancelledAndGone();
    }

    @Test
    void anEngineThatIsDownHoldsTheReportUpUntilTheContainerIsKnownToBeGone() {
        dispatcher.begin(attempt);
        await().until(() -> world.backend().isRunning(attempt));
        world.backend().setDown(true);
        cancel();

        await().until(() ->
                dispatcher.running().find(attempt).orElseThrow().phase() == Phase.STOPPING);
        assertThat(world.controller().ends(attempt)).isEmpty();
        world.backend().setDown(false);

        assertCancelledAndGone();
    }

    @Test
    void afterARestartItGoesOn() throws Exception {
        dispatcher.begin(attempt);
        await().until(() -> world.backend().isRunning(attempt));
        dispatcher.stop();
        world.controller().requestCancel(attempt);

        dispatcher = new TestingDispatcher(world);
        dispatcher.begin(attempt);

        assertCancelledAndGone();
    }

    @Test
    void afterARestartBetweenTermAndTheReportItIsStillACancel() throws Exception {
        dispatcher.begin(attempt);
        await().until(() -> world.backend().isRunning(attempt));
        dispatcher.stop();
        world.controller().requestCancel(attempt);
        world.backend().exit(attempt, 143);

        dispatcher = new TestingDispatcher(world);
        dispatcher.begin(attempt);

        assertCancelledAndGone();
    }

    @Test
    void cancellingTwiceIsTheSameAsOnce() {
        dispatcher.begin(attempt);
        await().atMost(Duration.ofSeconds(10)).until(() -> world.backend().isRunning(attempt));
        cancel();
        dispatcher.running().find(attempt).ifPresent(RunningAttempt::cancelRequested);

        assertCancelledAndGone();
    }
}
