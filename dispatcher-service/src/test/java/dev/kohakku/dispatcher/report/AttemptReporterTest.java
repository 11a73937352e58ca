package dev.kohakku.dispatcher.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.common.task.TestingSpec;
import dev.kohakku.common.time.TestingClock;
import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.common.wire.Callback;
import dev.kohakku.common.wire.Problems;
import dev.kohakku.dispatcher.identity.DispatcherIdentity;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;

/** Reports arrive once, in order, whatever the Controller does meanwhile. */
class AttemptReporterTest {

    private static final Pauses PAUSES = new Pauses(Duration.ofMillis(2), Duration.ofMillis(10));

    private final TestingClock clock = new TestingClock();
    private final TestingController controller = new TestingController(clock);
    private final Claims claims =
            new Claims(
                    controller,
                    new DispatcherIdentity("d", "i", URI.create("http://localhost")),
                    new Lease(clock::instant),
                    PAUSES,
                    new SimpleMeterRegistry());
    private final Reports reports =
            new Reports(controller, claims, "key", PAUSES, clock, new SimpleMeterRegistry());
    private final Heard heard = new Heard();
    private AttemptId attempt;
    private AttemptReporter reporter;

    private static final class Heard implements AttemptOwner {
        private volatile boolean cancelled;
        private volatile boolean fenced;

        @Override
        public void cancelRequested() {
            cancelled = true;
        }

        @Override
        public void fenced() {
            fenced = true;
        }
    }

    @BeforeEach
    void claim() throws InterruptedException {
        attempt = controller.queue(TestingIds.newAttempt(), TestingSpec.of("true"));
        var granted = (ClaimAnswer.Granted) claims.claim(attempt);
        reporter = reports.open(attempt, granted.claimed(), heard);
    }

    private void say(String step) {
        reporter.add(new AttemptEvent.Backend(Instant.EPOCH, step, "…"));
    }

    private Callback end(Map<String, Object> metadata) {
        return end(metadata, "ended");
    }

    private Callback end(Map<String, Object> metadata, String message) {
        return new Callback(
                Callback.Status.FAILED,
                1,
                FailureKind.EXIT_CODE,
                null,
                metadata,
                message,
                Instant.EPOCH,
                attempt.task(),
                1,
                new Epoch(1),
                null);
    }

    @Test
    void eventsArriveInOrderAndBeforeTheEnd() throws Exception {
        var words = IntStream.range(0, 250).mapToObj(i -> "step-" + i).toList();
        words.forEach(this::say);

        assertThat(reporter.finish(end(null))).isEqualTo(AttemptReporter.End.ACCEPTED);

        assertThat(controller.steps(attempt)).isEqualTo(words);
        assertThat(controller.ends(attempt)).hasSize(1);
    }

    @Test
    void nothingIsLostWhileTheControllerIsAway() throws Exception {
        controller.setAway(true);
        say("one");
        await().until(() -> controller.failures() > 3);
        say("two");
        var finishing = Thread.ofVirtual().start(this::finishQuietly);
        controller.setAway(false);

        assertThat(finishing.join(Duration.ofSeconds(10))).isTrue();
        assertThat(controller.steps(attempt)).containsExactly("one", "two");
        assertThat(controller.ends(attempt)).hasSize(1);
    }

    private void finishQuietly() {
        try {
            reporter.finish(end(null));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aFencedReportEndsTheReportingAndTellsTheOwner() throws Exception {
        controller.giveAway(attempt);
        say("late");

        await().until(() -> heard.fenced);
        assertThat(reporter.finish(end(null))).isEqualTo(AttemptReporter.End.FENCED);
        assertThat(controller.ends(attempt)).isEmpty();
    }

    @Test
    void aWaitingCancelIsHeardInTheAnswer() {
        controller.requestCancel(attempt);

        say("something");

        await().until(() -> heard.cancelled);
    }

    @Test
    void aTokenThatALaterClaimVoidedIsRenewed() throws Exception {
        controller.failNextCallback(
                TestingController.problem(HttpStatus.UNAUTHORIZED, Problems.type("unauthorized")));

        assertThat(reporter.finish(end(null))).isEqualTo(AttemptReporter.End.ACCEPTED);
        assertThat(heard.fenced).isFalse();
    }

    @Test
    void extrasTheControllerCannotReadDoNotHoldTheEndUp() throws Exception {
        controller.failNextCallback(
                TestingController.problem(
                        HttpStatus.BAD_REQUEST, Problems.type("invalid-request")));

        reporter.finish(end(Map.of("odd", "thing")));

        assertThat(controller.ends(attempt).getFirst().resultMetadata()).isNull();
        assertThat(controller.ends(attempt).getFirst().errorMessage())
                .startsWith("ended; ")
                .contains("result_metadata were dropped");
    }

    @Test
    void aMessageTheControllerCannotReadDoesNotHoldTheEndUp() throws Exception {
        controller.failNextCallback(
                TestingController.problem(
                        HttpStatus.BAD_REQUEST, Problems.type("invalid-request")));

        reporter.finish(end(null));

        assertThat(controller.ends(attempt).getFirst().errorMessage())
                .startsWith("The message was dropped");
    }

    @Test
    void anEndWithNothingToDropIsSentAgainAsItIs() throws Exception {
        controller.failNextCallback(
                TestingController.problem(
                        HttpStatus.BAD_REQUEST, Problems.type("invalid-request")));

        reporter.finish(end(null, null));

        assertThat(controller.ends(attempt).getFirst().errorMessage()).isNull();
    }

    @Test
    void onlyTheEventThatIsRefusedIsDropped() throws Exception {
        controller.setAway(true);
        say("first");
        await().until(() -> controller.failures() > 0);
        say("one");
        say("odd");
        say("two");
        controller.refuseSteps("odd");
        controller.setAway(false);

        assertThat(reporter.finish(end(null))).isEqualTo(AttemptReporter.End.ACCEPTED);

        assertThat(controller.steps(attempt)).containsExactly("first", "one", "two");
    }

    @Test
    void anAttemptTakenUpAgainUnderTheSameEpochGoesOnWithItsNumbers() throws Exception {
        say("one");
        say("two");
        await().until(() -> controller.steps(attempt).size() == 2);
        reporter.close();

        var granted = (ClaimAnswer.Granted) claims.claim(attempt);
        reporter = reports.open(attempt, granted.claimed(), heard);
        say("three");
        reporter.finish(end(null));

        assertThat(controller.steps(attempt)).containsExactly("one", "two", "three");
    }

    @Test
    void aClosedReporterLetsTheWaitingGo() throws Exception {
        controller.setAway(true);
        var finishing = Thread.ofVirtual().start(this::finishQuietly);
        await().until(() -> controller.failures() > 0);

        reporter.close();

        assertThat(finishing.join(Duration.ofSeconds(10))).isTrue();
        assertThat(controller.ends(attempt)).isEmpty();
    }

    @Test
    void progressMakesRoomForItself() {
        var backlog = new EventBacklog();
        for (var i = 0; i < 5_000; i++) {
            backlog.add(new AttemptEvent.Progress(Instant.EPOCH, i % 100, "p" + i, Map.of()));
        }

        var kept = 0;
        List<AttemptEvent> last = List.of();
        for (var batch = backlog.takeBatch(); !batch.isEmpty(); batch = backlog.takeBatch()) {
            kept += batch.size();
            last = batch;
        }

        assertThat(kept).isEqualTo(200);
        assertThat(((AttemptEvent.Progress) last.getLast()).message()).isEqualTo("p4999");
    }
}
