package dev.kohakku.dispatcher.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.log.BlobLogArchive;
import dev.kohakku.common.log.LogLine;
import dev.kohakku.common.log.LogPosition;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.common.task.TestingSpec;
import dev.kohakku.common.time.TestingClock;
import dev.kohakku.common.wire.Callback;
import dev.kohakku.dispatcher.attempt.TestingDispatcher.World;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A dispatcher stopped at each named point, and another that runs the same lines from the top. */
class AttemptRestartTest {

    private final World world = World.of(new TestingClock());
    private TestingDispatcher dispatcher;
    private AttemptId attempt;

    @BeforeEach
    void queueATask() {
        dispatcher = new TestingDispatcher(world);
        attempt = world.controller().queue(TestingIds.newAttempt(), TestingSpec.of("true"));
    }

    @AfterEach
    void stop() throws InterruptedException {
        dispatcher.stop();
    }

    private void restart() throws InterruptedException {
        dispatcher.stop();
        dispatcher = new TestingDispatcher(world);
        dispatcher.begin(attempt);
    }

    private Callback awaitOnlyEnd() {
        await().until(() -> dispatcher.running().all().isEmpty());
        assertThat(world.controller().ends(attempt)).hasSize(1);
        assertThat(world.backend().exists(attempt)).isFalse();
        return world.controller().ends(attempt).getFirst();
    }

    private void awaitRunning() {
        await().until(() -> world.backend().isRunning(attempt));
        await().until(() -> world.controller().state(attempt) == TaskState.RUNNING);
    }

    @Test
    void stoppingTouchesNoContainerAndReportsNothing() throws Exception {
        dispatcher.begin(attempt);
        awaitRunning();

        dispatcher.stop();

        assertThat(world.backend().isRunning(attempt)).isTrue();
        assertThat(world.controller().ends(attempt)).isEmpty();
    }

    @Test
    void afterTheClaimBeforeTheCreateTheContainerIsMadeThen() throws Exception {
        world.backend().setDown(true);
        dispatcher.begin(attempt);
        await().until(() -> world.controller().state(attempt) == TaskState.PROVISIONING);
        dispatcher.stop();
        world.backend().setDown(false);

        restart();
        awaitRunning();
        world.backend().exit(attempt, 0);

        assertThat(awaitOnlyEnd().epoch().value()).isEqualTo(2);
        assertThat(world.backend().created()).hasSize(1);
    }

    @Test
    void betweenCreateAndStartTheSameContainerIsStarted() throws Exception {
        world.backend().dieBetweenCreateAndStart();
        world.backend().holdStarts(true);
        dispatcher.begin(attempt);
        await().until(() -> world.backend().startsHeld() > 0);
        world.backend().holdStarts(false);
        await().until(() -> world.backend().exists(attempt));

        restart();
        awaitRunning();
        world.backend().exit(attempt, 0);

        assertThat(awaitOnlyEnd().status()).isEqualTo(Callback.Status.COMPLETED);
        assertThat(world.backend().created()).hasSize(1);
    }

    @Test
    void whileItRunsTheContainerIsAdoptedAndItsLogGoesOnWhereItWas() throws Exception {
        dispatcher.begin(attempt);
        awaitRunning();
        for (var line = 1; line <= 150; line++) {
            world.backend().print(attempt, "line " + line);
        }
        await().until(() -> !world.blobs().list("logs/").isEmpty());

        restart();
        world.backend().print(attempt, "line 151");
        world.backend().exit(attempt, 0);

        assertThat(awaitOnlyEnd().status()).isEqualTo(Callback.Status.COMPLETED);
        assertThat(world.backend().created()).hasSize(1);
        var lines = new ArrayList<LogLine>();
        new BlobLogArchive(world.blobs()).read(attempt, LogPosition.startOf(1), lines::add);
        assertThat(lines)
                .extracting(LogLine::number)
                .hasSize(151)
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(lines.getLast().text()).isEqualTo("line 151");
    }

    @Test
    void whenItEndedMeanwhileTheEndIsReported() throws Exception {
        dispatcher.begin(attempt);
        awaitRunning();
        dispatcher.stop();
        world.backend().exit(attempt, 7);

        restart();

        assertThat(awaitOnlyEnd().exitCode()).isEqualTo(7);
    }

    @Test
    void afterTheExitBeforeTheReportTheReportComesOnce() throws Exception {
        dispatcher.begin(attempt);
        awaitRunning();
        world.controller().setAway(true);
        world.backend().exit(attempt, 0);
        await().until(() ->
                dispatcher.running().find(attempt).orElseThrow().phase() == Phase.REPORTING);
        dispatcher.stop();
        world.controller().setAway(false);

        restart();

        assertThat(awaitOnlyEnd().status()).isEqualTo(Callback.Status.COMPLETED);
    }

    @Test
    void whenItWasRemovedMeanwhileItIsNotMadeAgain() throws Exception {
        dispatcher.begin(attempt);
        awaitRunning();
        dispatcher.stop();
        world.backend().vanish(attempt);

        restart();

        assertThat(awaitOnlyEnd().failureKind()).isEqualTo(FailureKind.CONTAINER_VANISHED);
        assertThat(world.backend().created()).hasSize(1);
    }

    @Test
    void afterTheReportBeforeTheRemovalTheContainerIsLeftToTheReaper() throws Exception {
        dispatcher.begin(attempt);
        awaitRunning();
        dispatcher.stop();
        world.backend().exit(attempt, 0);
        world.controller().end(attempt);
        dispatcher = new TestingDispatcher(world);

        assertThat(dispatcher.disposal().settle(attempt, world.backend()))
                .isEqualTo(Disposal.Verdict.DESTROYED);
        assertThat(world.backend().exists(attempt)).isFalse();
    }

    @Test
    void anAttemptThatIsOverByTheControllersWordLosesItsContainer() {
        dispatcher.begin(attempt);
        awaitRunning();
        world.controller().end(attempt);
        dispatcher.running().find(attempt).orElseThrow().fenced();

        await().until(() -> dispatcher.running().all().isEmpty());
        assertThat(world.backend().exists(attempt)).isFalse();
        assertThat(world.controller().ends(attempt)).isEmpty();
    }

    @Test
    void anAttemptThatTheControllerHasForgottenKeepsItsContainer() {
        dispatcher.begin(attempt);
        awaitRunning();
        world.controller().forget(attempt);
        dispatcher.running().find(attempt).orElseThrow().fenced();

        await().until(() -> dispatcher.running().all().isEmpty());
        assertThat(world.backend().isRunning(attempt)).isTrue();
    }

    @Test
    void anAttemptThatAnotherDispatcherTookOverKeepsItsContainer() {
        dispatcher.begin(attempt);
        awaitRunning();
        world.controller().giveAway(attempt);
        world.backend().exit(attempt, 0);

        await().until(() -> dispatcher.running().all().isEmpty());
        assertThat(world.backend().exists(attempt)).isTrue();
        assertThat(world.controller().ends(attempt)).isEmpty();
    }
}
