package dev.kohakku.dispatcher.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.common.task.TestingSpec;
import dev.kohakku.common.time.TestingClock;
import dev.kohakku.common.wire.Problems;
import dev.kohakku.dispatcher.attempt.TestingDispatcher;
import dev.kohakku.dispatcher.attempt.TestingDispatcher.World;
import dev.kohakku.dispatcher.backend.Backends;
import dev.kohakku.dispatcher.report.LiveLease;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Only what nobody owns, and only after a grace. */
class DanglingContainerReaperTest {

    private static final Duration GRACE = Duration.ofSeconds(60);

    private final TestingClock clock = new TestingClock();
    private final World world = World.of(clock);
    private TestingDispatcher dispatcher;
    private DanglingContainerReaper reaper;
    private AttemptId attempt;

    @BeforeEach
    void leaveAContainer() throws Exception {
        dispatcher = new TestingDispatcher(world);
        attempt = world.controller().queue(TestingIds.newAttempt(), TestingSpec.of("sleep"));
        dispatcher.begin(attempt);
        await().until(() -> world.backend().isRunning(attempt));
        dispatcher.stop();
        dispatcher = new TestingDispatcher(world);
        reaper =
                new DanglingContainerReaper(
                        new Backends(List.of(world.backend().served())),
                        dispatcher.running(),
                        dispatcher.disposal(),
                        LiveLease.of(clock),
                        new ReaperSettings(Duration.ofSeconds(15), GRACE, Duration.ofMinutes(5)),
                        clock);
    }

    @AfterEach
    void stop() throws InterruptedException {
        dispatcher.stop();
    }

    private void lookTwiceAGraceApart() throws InterruptedException {
        reaper.step();
        clock.advance(GRACE);
        reaper.step();
    }

    @Test
    void aContainerWhoseAttemptIsOverIsDestroyedAfterTheGrace() throws Exception {
        world.controller().end(attempt);

        reaper.step();
        assertThat(world.backend().exists(attempt)).isTrue();
        clock.advance(GRACE);
        reaper.step();

        assertThat(world.backend().exists(attempt)).isFalse();
    }

    @Test
    void aContainerAnotherDispatcherOwnsIsLeftAlone() throws Exception {
        world.controller().giveAway(attempt);

        lookTwiceAGraceApart();

        assertThat(world.backend().isRunning(attempt)).isTrue();
    }

    @Test
    void aControllerThatHasForgottenTheTaskCostsNoContainerForALongTime() throws Exception {
        world.controller().forget(attempt);

        lookTwiceAGraceApart();
        clock.advance(Duration.ofHours(23));
        reaper.step();
        assertThat(world.backend().isRunning(attempt)).isTrue();

        clock.advance(Duration.ofHours(1));
        reaper.step();
        assertThat(world.backend().exists(attempt)).isFalse();
    }

    @Test
    void anAttemptThatWillBeDeliveredAgainKeepsItsContainer() throws Exception {
        world.controller().refuseClaims(attempt, Problems.ATTEMPT_PENDING);

        lookTwiceAGraceApart();

        assertThat(world.backend().isRunning(attempt)).isTrue();
    }

    @Test
    void aContainerThatIsOursAfterAllIsLeftAlone() throws Exception {
        lookTwiceAGraceApart();

        assertThat(world.backend().isRunning(attempt)).isTrue();
    }

    @Test
    void withoutAnAnswerNothingIsDestroyed() throws Exception {
        world.controller().end(attempt);
        world.controller().setAway(true);

        lookTwiceAGraceApart();

        assertThat(world.backend().isRunning(attempt)).isTrue();
    }

    @Test
    void aTrackedContainerIsNotEvenAskedAbout() throws Exception {
        dispatcher.begin(attempt);
        await().until(() -> dispatcher.running().find(attempt).isPresent());

        lookTwiceAGraceApart();

        assertThat(world.backend().isRunning(attempt)).isTrue();
    }

    @Test
    void anEngineThatIsDownForAMomentDoesNotStartTheGraceAnew() throws Exception {
        world.controller().end(attempt);
        reaper.step();
        world.backend().setDown(true);
        reaper.step();
        world.backend().setDown(false);
        clock.advance(GRACE);
        reaper.step();

        assertThat(world.backend().exists(attempt)).isFalse();
    }
}
