package dev.kohakku.dispatcher.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.FailureKind;
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

/** A wall clock that steps or is wrong fires no deadline and holds none up. */
class AttemptClockTest {

    private final TestingClock wall = new TestingClock();
    private final TestingClock steady = new TestingClock(Instant.EPOCH);
    private final World world = World.of(wall, steady::instant);
    private TestingDispatcher dispatcher;
    private AttemptId attempt;

    @BeforeEach
    void run() {
        dispatcher = new TestingDispatcher(world);
        attempt = world.controller().queue(TestingIds.newAttempt(), TestingSpec.of("sleep", "9"));
        dispatcher.begin(attempt);
        await().until(() -> dispatcher.running().find(attempt).isPresent());
        await().until(() ->
                dispatcher
                        .running()
                        .find(attempt)
                        .filter(found -> found.phase() == Phase.RUNNING)
                        .isPresent());
    }

    @AfterEach
    void stop() throws InterruptedException {
        dispatcher.stop();
    }

    @Test
    void aStepForwardsTimesNothingOut() {
        wall.advance(Duration.ofDays(1));

        await().during(Duration.ofMillis(500)).until(() -> world.backend().isRunning(attempt));
    }

    @Test
    void aStepBackwardsHoldsNoDeadlineUp() {
        wall.advance(Duration.ofDays(-1));
        steady.advance(Duration.ofHours(1));

        await().until(() -> dispatcher.running().all().isEmpty());
        assertThat(world.controller().ends(attempt).getFirst().failureKind())
                .isEqualTo(FailureKind.RUN_TIMEOUT);
    }

    @Test
    void aClockThatIsMinutesOffTheControllersEndsNothingAndIsNoReasonToRefuseAReport() {
        world.controller().setAhead(Duration.ofMinutes(-10));
        var other = world.controller().queue(TestingIds.newAttempt(), TestingSpec.of("true"));
        dispatcher.begin(other);
        await().until(() -> world.backend().isRunning(other));
        world.backend().exit(other, 0);

        await().until(() -> !world.controller().ends(other).isEmpty());
        assertThat(world.controller().ends(other))
                .extracting(Callback::status)
                .containsExactly(Callback.Status.COMPLETED);
    }

    @Test
    void aMomentTheClocksDisagreeAboutCountsFromNow() {
        var times = new Times(wall, steady::instant);

        assertThat(times.ofPast(wall.instant().plusSeconds(300))).isEqualTo(steady.instant());
        assertThat(times.ofPast(wall.instant().minusSeconds(300)))
                .isEqualTo(steady.instant().minusSeconds(300));
    }
}
