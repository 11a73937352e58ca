package dev.kohakku.dispatcher.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.log.BlobLogArchive;
import dev.kohakku.common.log.LogLine;
import dev.kohakku.common.log.LogPosition;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.ImageReference;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.common.task.TestingSpec;
import dev.kohakku.common.time.TestingClock;
import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.common.wire.Callback;
import dev.kohakku.dispatcher.attempt.TestingDispatcher.World;
import dev.kohakku.dispatcher.backend.ExitResult;
import dev.kohakku.dispatcher.backend.ImagePuller;
import dev.kohakku.dispatcher.backend.WantedImage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The way of one attempt in one process. */
class AttemptRunnerTest {

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
        dispatcher.stop();
    }

    private void awaitRunning() {
        await().until(() -> world.backend().isRunning(attempt));
        await().until(() ->
                dispatcher.running().find(attempt).orElseThrow().phase() == Phase.RUNNING);
    }

    private Callback awaitEnd() {
        await().until(() -> dispatcher.running().all().isEmpty());
        assertThat(world.controller().ends(attempt)).hasSize(1);
        return world.controller().ends(attempt).getFirst();
    }

    private List<String> archived() throws IOException {
        var lines = new ArrayList<LogLine>();
        new BlobLogArchive(world.blobs()).read(attempt, LogPosition.startOf(1), lines::add);
        return lines.stream().map(LogLine::text).toList();
    }

    @Test
    void aBackendThatKeepsNoOutputIsNotAskedForItAndTheTimelineSaysSo() throws Exception {
        world.backend().keepNoLogs();
        dispatcher.begin(attempt);
        awaitRunning();
        world.backend().exit(attempt, 0);

        assertThat(awaitEnd().status()).isEqualTo(Callback.Status.COMPLETED);
        assertThat(archived()).isEmpty();
        assertThat(world.controller().events(attempt))
                .filteredOn(AttemptEvent.Backend.class::isInstance)
                .extracting(event -> ((AttemptEvent.Backend) event).step())
                .contains("log_not_kept")
                .doesNotContain("log_incomplete");
    }

    @Test
    void aContainerThatEndsWithZeroCompletesItsAttemptAndIsRemoved() throws Exception {
        dispatcher.begin(attempt);
        awaitRunning();
        world.backend().print(attempt, "hello");
        world.backend().exit(attempt, 0);

        var end = awaitEnd();

        assertThat(end.status()).isEqualTo(Callback.Status.COMPLETED);
        assertThat(end.exitCode()).isZero();
        assertThat(archived()).containsExactly("hello");
        assertThat(world.backend().exists(attempt)).isFalse();
        assertThat(world.controller().events(attempt))
                .anyMatch(AttemptEvent.Running.class::isInstance);
    }

    @Test
    void theContainerIsToldWhoItIsAndATaskCannotReplaceThat() {
        dispatcher.begin(attempt);
        awaitRunning();

        assertThat(world.backend().created().getFirst().env())
                .containsEntry("KOHAKKU_TASK_ID", attempt.task().toString())
                .containsEntry("KOHAKKU_ATTEMPT", "1")
                .containsEntry("KOHAKKU_EPOCH", "1")
                .containsEntry("KOHAKKU_DISPATCHER_URL", "http://host.docker.internal:8080")
                .containsEntry("SECRET", "hidden")
                .containsKeys("KOHAKKU_BRIEF_URL", "KOHAKKU_AGENT_KEY", "TRACEPARENT");
    }

    @Test
    void anotherExitCodeFailsTheAttempt() {
        dispatcher.begin(attempt);
        awaitRunning();
        world.backend().exit(attempt, 3);

        var end = awaitEnd();

        assertThat(end.status()).isEqualTo(Callback.Status.FAILED);
        assertThat(end.failureKind()).isEqualTo(FailureKind.EXIT_CODE);
        assertThat(end.exitCode()).isEqualTo(3);
    }

    @Test
    void theEngineRunningOutOfMemoryIsToldApart() {
        dispatcher.begin(attempt);
        awaitRunning();
        world.backend().end(attempt, new ExitResult(137, true, null));

        assertThat(awaitEnd().failureKind()).isEqualTo(FailureKind.OUT_OF_MEMORY);
    }

    @Test
    void aContainerRemovedBySomebodyElseHasVanished() {
        dispatcher.begin(attempt);
        awaitRunning();
        world.backend().vanish(attempt);

        assertThat(awaitEnd().failureKind()).isEqualTo(FailureKind.CONTAINER_VANISHED);
    }

    @Test
    void aRefusedStartFailsWithTheEnginesWords() {
        world.backend().refuseStarts(FailureKind.START_REFUSED, "no such file: /bin/nope");

        dispatcher.begin(attempt);

        var end = awaitEnd();
        assertThat(end.failureKind()).isEqualTo(FailureKind.START_REFUSED);
        assertThat(end.errorMessage()).isEqualTo("no such file: /bin/nope");
        assertThat(world.backend().created()).isEmpty();
    }

    @Test
    void aLostStartReplyIsLookedIntoAndTheContainerIsMadeOnce() {
        world.backend().loseNextStartReply();

        dispatcher.begin(attempt);
        awaitRunning();
        world.backend().exit(attempt, 0);

        assertThat(awaitEnd().status()).isEqualTo(Callback.Status.COMPLETED);
        assertThat(world.backend().created()).hasSize(1);
        assertThat(world.controller().steps(attempt)).contains("start");
    }

    @Test
    void aLostCreateReplyIsLookedIntoAndTheContainerIsStarted() {
        world.backend().dieBetweenCreateAndStart();

        dispatcher.begin(attempt);
        awaitRunning();
        world.backend().exit(attempt, 0);

        assertThat(awaitEnd().status()).isEqualTo(Callback.Status.COMPLETED);
        assertThat(world.backend().created()).hasSize(1);
    }

    @Test
    void theRunTimeoutStopsTheContainerAndNamesItsLength() {
        dispatcher.begin(attempt);
        awaitRunning();
        clock.advance(Duration.ofHours(1));

        var end = awaitEnd();

        assertThat(end.status()).isEqualTo(Callback.Status.TIMED_OUT);
        assertThat(end.failureKind()).isEqualTo(FailureKind.RUN_TIMEOUT);
        assertThat(end.errorMessage()).contains("3600 s");
        assertThat(world.controller().steps(attempt)).containsSubsequence("term_sent", "gone");
        assertThat(world.backend().exists(attempt)).isFalse();
    }

    @Test
    void theStartTimeoutEndsAStartThatNeverReturns() {
        world.backend().holdStarts(true);
        dispatcher.begin(attempt);
        await().until(() -> world.backend().startsHeld() > 0);
        clock.advance(Duration.ofMinutes(5));

        var end = awaitEnd();

        assertThat(end.status()).isEqualTo(Callback.Status.TIMED_OUT);
        assertThat(end.failureKind()).isEqualTo(FailureKind.START_TIMEOUT);
        assertThat(end.errorMessage()).contains("300 s");
        assertThat(world.backend().exists(attempt)).isFalse();
    }

    @Test
    void anEngineThatStaysDownFailsTheFirstOwnerAfterItsPatience() {
        world.backend().setDown(true);
        dispatcher.begin(attempt);
        await().until(() -> dispatcher.running().find(attempt).isPresent());
        await().untilAsserted(() -> {
            clock.advance(Duration.ofSeconds(15));
            assertThat(dispatcher.running().all()).isEmpty();
        });

        assertThat(awaitEnd().failureKind())
                .isIn(FailureKind.BACKEND_ERROR, FailureKind.START_TIMEOUT);
    }

    @Test
    void aDefiniteRefusalAfterALostReplyEndsTheTries() {
        world.backend().holdStarts(true);
        dispatcher.begin(attempt);
        await().until(() -> world.backend().startsHeld() > 0);
        world.backend().loseNextStartReply();
        world.backend().vanishAfterLostReply(FailureKind.START_REFUSED, "no such file: /bin/nope");
        world.backend().holdStarts(false);

        assertThat(awaitEnd().failureKind()).isEqualTo(FailureKind.START_REFUSED);
    }

    @Test
    void anEngineThatDoesNotSayItsScopeCostsNoContainer() {
        world.backend().failScopes(2);
        dispatcher.begin(attempt);
        awaitRunning();
        await().until(() -> world.controller().state(attempt) == TaskState.RUNNING);
        world.backend().exit(attempt, 0);

        assertThat(awaitEnd().status()).isEqualTo(Callback.Status.COMPLETED);
    }

    @Test
    void aDefectOfOursLeavesARunningContainerToTheNextResume() {
        world.backend().breakWaits(2, IllegalStateException::new);
        for (var defect = 0; defect < 2; defect++) {
            dispatcher.begin(attempt);
            await().until(() -> world.backend().isRunning(attempt));
            await().until(() -> dispatcher.running().all().isEmpty());
        }
        assertThat(world.backend().isRunning(attempt)).isTrue();

        dispatcher.begin(attempt);
        awaitRunning();
        world.backend().exit(attempt, 0);

        assertThat(awaitEnd().status()).isEqualTo(Callback.Status.COMPLETED);
        assertThat(world.controller().steps(attempt)).contains("adopted");
        assertThat(world.backend().created()).hasSize(1);
    }

    @Test
    void aDefectThatStaysEndsTheAttempt() {
        world.backend().breakWaits(3, IllegalStateException::new);
        for (var defect = 0; defect < 3; defect++) {
            dispatcher.begin(attempt);
            await().until(() -> world.backend().created().size() == 1);
            await().until(() -> dispatcher.running().all().isEmpty());
        }

        assertThat(awaitEnd().failureKind()).isEqualTo(FailureKind.INTERNAL);
        assertThat(world.backend().exists(attempt)).isFalse();
    }

    @Test
    void anErrorThatStaysEndsTheAttemptWithWhatHappened() {
        world.backend()
                .breakWaits(
                        3,
                        () -> {
                            throw new StackOverflowError("told to overflow");
                        });
        for (var error = 0; error < 3; error++) {
            dispatcher.begin(attempt);
            await().until(() -> world.backend().created().size() == 1);
            await().until(() -> dispatcher.running().all().isEmpty());
        }

        assertThat(awaitEnd().failureKind()).isEqualTo(FailureKind.INTERNAL);
        assertThat(awaitEnd().errorMessage()).contains("StackOverflowError", "told to overflow");
        assertThat(world.backend().exists(attempt)).isFalse();
    }

    @Test
    void aContainerThatNeverBeginsHasTheStartTimeout() {
        world.backend().leaveCreated();
        dispatcher.begin(attempt);
        await().until(() -> world.controller().steps(attempt).contains("created"));
        clock.advance(Duration.ofMinutes(5));

        assertThat(awaitEnd().failureKind()).isEqualTo(FailureKind.START_TIMEOUT);
        assertThat(world.backend().exists(attempt)).isFalse();
    }

    @Test
    void aContainerThatAnEarlierOwnerMadeNeedsNoImageAndIsNotForgotten() throws Exception {
        world.backend().leaveCreated();
        dispatcher.begin(attempt);
        await().until(() -> world.controller().steps(attempt).contains("created"));
        dispatcher.stop();

        world.backend().pullBy(new NoImages());
        dispatcher = new TestingDispatcher("next", world);
        dispatcher.begin(attempt);
        await().until(() ->
                world.controller().steps(attempt).stream().filter("created"::equals).count() == 2);
        clock.advance(Duration.ofMinutes(5));

        assertThat(awaitEnd().failureKind()).isEqualTo(FailureKind.START_TIMEOUT);
        assertThat(world.backend().exists(attempt)).isFalse();
    }

    private record NoImages() implements ImagePuller {

        @Override
        public boolean has(ImageReference image) {
            return false;
        }

        @Override
        public void pull(WantedImage image, Duration deadline, Consumer<String> progress) {
            throw new AssertionError("nothing is to be pulled");
        }
    }

    @Test
    void aContainerThatBeginsLateIsReportedAsRunningThen() {
        world.backend().leaveCreated();
        dispatcher.begin(attempt);
        await().until(() -> world.controller().steps(attempt).contains("created"));
        world.backend().beginAll();

        await().until(() -> world.controller().state(attempt) == TaskState.RUNNING);
        clock.advance(Duration.ofHours(1));
        assertThat(awaitEnd().failureKind()).isEqualTo(FailureKind.RUN_TIMEOUT);
    }

    @Test
    void theSameAttemptIsNeverRunTwiceInOneProcess() throws Exception {
        dispatcher.begin(attempt);
        awaitRunning();

        var second = dispatcher.attempts().claim(attempt, null);

        assertThat(second).isEqualTo(new Attempts.Admission.Known(true));
        assertThat(world.backend().created()).hasSize(1);
    }
}
