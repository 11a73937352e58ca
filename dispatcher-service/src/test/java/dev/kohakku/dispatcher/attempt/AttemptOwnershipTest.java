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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A dispatcher that was paused past its lease and resumed does no harm. */
class AttemptOwnershipTest {

    private final TestingClock clock = new TestingClock();
    private final World world = World.of(clock);
    private TestingDispatcher dispatcher;
    private AttemptId attempt;

    @BeforeEach
    void queueATask() {
        dispatcher = new TestingDispatcher(world);
        attempt = world.controller().queue(TestingIds.newAttempt(), TestingSpec.of("true"));
    }

    @AfterEach
    void stop() throws InterruptedException {
        world.controller().setAway(false);
        dispatcher.stop();
    }

    private void awaitLeft() {
        await().until(() -> dispatcher.running().all().isEmpty());
    }

    @Test
    void withALiveLeaseNobodyIsAskedBeforeAStart() {
        dispatcher.begin(attempt);

        await().until(() -> world.backend().isRunning(attempt));
        assertThat(world.controller().claims()).isEqualTo(1);
    }

    @Test
    void aLeaseThatLapsedBeforeTheStartIsAskedAboutAndTheOwnerStarts() {
        world.backend().afterNextCreate(dispatcher::lapse);
        dispatcher.begin(attempt);

        await().until(() -> world.backend().isRunning(attempt));
        assertThat(world.controller().claims()).isEqualTo(2);
        assertThat(world.backend().started()).containsExactly(attempt);
    }

    @Test
    void whoLostTheAttemptBeforeTheStartStartsNothingAndLeavesNothing() {
        world.backend()
                .afterNextCreate(() -> {
                    dispatcher.lapse();
                    world.controller().giveAway(attempt);
                });
        dispatcher.begin(attempt);

        await().until(() -> !world.backend().created().isEmpty());
        awaitLeft();
        assertThat(world.backend().started()).isEmpty();
        assertThat(world.backend().exists(attempt)).isFalse();
        assertThat(world.controller().ends(attempt)).isEmpty();
    }

    @Test
    void aControllerThatIsAwayHoldsTheStartUpUntilItHasAnswered() {
        world.backend()
                .afterNextCreate(() -> {
                    dispatcher.lapse();
                    world.controller().setAway(true);
                });
        dispatcher.begin(attempt);
        await().until(() -> world.controller().failures() > 2);
        assertThat(world.backend().started()).isEmpty();

        world.controller().setAway(false);

        await().until(() -> world.backend().isRunning(attempt));
        assertThat(world.backend().created()).hasSize(1);
    }

    @Test
    void aStartTimeoutEndsTheWaitForTheAnswer() {
        world.backend()
                .afterNextCreate(() -> {
                    dispatcher.lapse();
                    world.controller().setAway(true);
                });
        dispatcher.begin(attempt);
        await().until(() -> world.controller().failures() > 2);
        clock.advance(Duration.ofMinutes(5));
        await().until(() ->
                dispatcher
                        .running()
                        .find(attempt)
                        .filter(found -> found.stopWhileStarting().isPresent())
                        .isPresent());

        world.controller().setAway(false);

        awaitLeft();
        assertThat(world.controller().ends(attempt))
                .extracting(Callback::status)
                .containsExactly(Callback.Status.TIMED_OUT);
        assertThat(world.backend().started()).isEmpty();
        assertThat(world.backend().exists(attempt)).isFalse();
    }

    @Test
    void aCancelThatComesBeforeTheStartKeepsThePayloadFromRunning() {
        world.backend()
                .afterNextCreate(
                        () -> dispatcher.running().find(attempt).orElseThrow().cancelRequested());
        dispatcher.begin(attempt);

        await().until(() -> !world.backend().created().isEmpty());
        awaitLeft();
        assertThat(world.controller().ends(attempt))
                .extracting(Callback::status)
                .containsExactly(Callback.Status.CANCELLED);
        assertThat(world.backend().started()).isEmpty();
        assertThat(world.backend().exists(attempt)).isFalse();
    }

    @Test
    void aStartTimeoutOfAFormerOwnerDoesNotStopWhatTheNextOneStarted() {
        world.backend().leaveCreated();
        dispatcher.begin(attempt);
        await().until(() -> world.controller().steps(attempt).contains("created"));
        dispatcher.lapse();
        world.controller().giveAway(attempt);
        world.backend().setDown(true);
        world.backend().beginAll();
        clock.advance(Duration.ofMinutes(5));
        await().until(() ->
                dispatcher.running().all().stream()
                        .allMatch(left -> left.phase() == Phase.STOPPING));

        world.backend().setDown(false);

        awaitLeft();
        assertThat(world.backend().isRunning(attempt)).isTrue();
        assertThat(world.controller().ends(attempt)).isEmpty();
    }

    @Test
    void aDefectThatStaysDestroysNothingOfAnotherOwner() {
        world.backend().breakWaits(3, IllegalStateException::new);
        for (var defect = 0; defect < 2; defect++) {
            dispatcher.begin(attempt);
            await().until(() -> world.backend().isRunning(attempt));
            awaitLeft();
        }
        world.backend()
                .duringNextWait(() -> {
                    world.controller().giveAway(attempt);
                    world.controller().setAway(true);
                });
        var before = world.controller().failures();
        dispatcher.begin(attempt);
        await().until(() -> world.controller().failures() > before);

        world.controller().setAway(false);

        awaitLeft();
        assertThat(world.backend().isRunning(attempt)).isTrue();
        assertThat(world.controller().ends(attempt)).isEmpty();
    }

    @Test
    void aRunTimeoutIsEnforcedWithoutAskingWhoeverOwnsIt() {
        dispatcher.begin(attempt);
        await().until(() ->
                dispatcher
                        .running()
                        .find(attempt)
                        .filter(found -> found.phase() == Phase.RUNNING)
                        .isPresent());
        dispatcher.lapse();
        world.controller().setAway(true);
        clock.advance(Duration.ofHours(1));

        await().until(() -> !world.backend().isRunning(attempt));
        assertThat(world.backend().exists(attempt)).isTrue();
    }
}
