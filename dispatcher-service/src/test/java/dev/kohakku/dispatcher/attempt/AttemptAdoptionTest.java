package dev.kohakku.dispatcher.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.log.BlobLogArchive;
import dev.kohakku.common.log.LogLine;
import dev.kohakku.common.log.LogPosition;
import dev.kohakku.common.log.LogStream;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.common.task.TestingSpec;
import dev.kohakku.common.time.TestingClock;
import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.common.wire.Callback;
import dev.kohakku.dispatcher.attempt.TestingDispatcher.World;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two dispatchers on one engine: what one has left, the other takes over as it stands. */
class AttemptAdoptionTest {

    private final TestingClock wall = new TestingClock();
    private final TestingClock ofFirst = new TestingClock(Instant.EPOCH);

    /** Began later: its moments mean nothing to the first. */
    private final TestingClock ofSecond = new TestingClock(Instant.EPOCH.plusSeconds(7));

    private final World world = World.of(wall, ofFirst::instant);
    private TestingDispatcher first;
    private TestingDispatcher second;
    private AttemptId attempt;

    @BeforeEach
    void runOnTheFirst() {
        first = new TestingDispatcher("first", world);
        second = new TestingDispatcher("second", world.with(ofSecond::instant));
        attempt = world.controller().queue(TestingIds.newAttempt(), TestingSpec.of("true"));
        first.begin(attempt);
        awaitRunningOn(first);
    }

    @AfterEach
    void stop() throws InterruptedException {
        first.stop();
        second.stop();
    }

    private void awaitRunningOn(TestingDispatcher dispatcher) {
        await().until(() ->
                dispatcher
                        .running()
                        .find(attempt)
                        .filter(found -> found.phase() == Phase.RUNNING)
                        .isPresent());
    }

    private void pass(Duration time) {
        wall.advance(time);
        ofFirst.advance(time);
        ofSecond.advance(time);
    }

    private void print(int from, int to) {
        for (var line = from; line <= to; line++) {
            world.backend().print(attempt, "line " + line);
        }
    }

    private List<Long> archivedNumbers() throws IOException {
        var lines = new ArrayList<LogLine>();
        new BlobLogArchive(world.blobs()).read(attempt, LogPosition.startOf(1), lines::add);
        return lines.stream().map(LogLine::number).toList();
    }

    @Test
    void theContainerIsNeitherMadeNorStartedAgain() throws Exception {
        first.stop();
        second.begin(attempt);
        awaitRunningOn(second);
        world.backend().exit(attempt, 0);

        await().until(() -> second.running().all().isEmpty());
        assertThat(world.backend().created()).hasSize(1);
        assertThat(world.backend().started()).containsExactly(attempt);
        assertThat(world.controller().ends(attempt))
                .extracting(Callback::status, end -> end.epoch().value())
                .containsExactly(tuple(Callback.Status.COMPLETED, 2L));
    }

    @Test
    void whatEndedByItselfWhileNobodyWatchedIsNotTimedOutByATimeoutThatPassedSince()
            throws Exception {
        first.stop();
        world.backend().exit(attempt, 0);
        pass(Duration.ofHours(2));

        second.begin(attempt);

        await().until(() -> !world.controller().ends(attempt).isEmpty());
        assertThat(world.controller().ends(attempt))
                .extracting(Callback::status)
                .containsExactly(Callback.Status.COMPLETED);
    }

    @Test
    void whatWasEndedByAStopWhileNobodyCouldSaySoIsTimedOut() throws Exception {
        first.stop();
        world.backend().exit(attempt, 143);
        pass(Duration.ofHours(2));

        second.begin(attempt);

        await().until(() -> !world.controller().ends(attempt).isEmpty());
        assertThat(world.controller().ends(attempt))
                .extracting(Callback::status)
                .containsExactly(Callback.Status.TIMED_OUT);
    }

    @Test
    void theLogGoesOnWithoutALostOrARepeatedLine() throws Exception {
        print(1, 150);
        await().until(() -> !world.blobs().list("logs/").isEmpty());
        first.stop();
        second.begin(attempt);
        awaitRunningOn(second);
        print(151, 230);
        await().until(() ->
                world.live().after(attempt, LogPosition.startOf(1), 1_000).stream()
                        .anyMatch(line -> line.number() == 230));
        assertThat(
                        world.live()
                                .append(
                                        attempt,
                                        new Epoch(1),
                                        List.of(
                                                new LogLine(
                                                        LogStream.STDOUT,
                                                        231,
                                                        wall.instant(),
                                                        "late"))))
                .isFalse();
        world.backend().exit(attempt, 0);

        await().until(() -> second.running().all().isEmpty());
        assertThat(archivedNumbers())
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 230).boxed().toList());
    }

    @Test
    void theRunTimeoutStillCountsFromTheStart() throws Exception {
        pass(Duration.ofMinutes(40));
        first.stop();
        pass(Duration.ofMinutes(10));
        second.begin(attempt);
        awaitRunningOn(second);
        pass(Duration.ofMinutes(9));
        await().during(Duration.ofMillis(500)).until(() -> world.backend().isRunning(attempt));

        pass(Duration.ofMinutes(1));

        await().until(() -> second.running().all().isEmpty());
        assertThat(world.controller().ends(attempt))
                .extracting(Callback::failureKind)
                .containsExactly(FailureKind.RUN_TIMEOUT);
    }

    @Test
    void whatTheAgentHasSaidIsKept() throws Exception {
        world.agents().checkIn(attempt, Instant.EPOCH);
        await().until(() -> checkIns() == 1);
        first.stop();
        second.begin(attempt);
        awaitRunningOn(second);

        await().until(() -> checkIns() == 2);
        assertThat(world.agents().read(attempt).orElseThrow().checkedInAt())
                .isEqualTo(Instant.EPOCH);
    }

    private long checkIns() {
        return world.controller().events(attempt).stream()
                .filter(AttemptEvent.CheckedIn.class::isInstance)
                .count();
    }

    @Test
    void twoOwnersForAWhileYieldOneEndAndTheFormerTouchesNothing() {
        second.begin(attempt);
        awaitRunningOn(second);
        print(1, 120);
        world.backend().exit(attempt, 3);

        await().until(() -> first.running().all().isEmpty() && second.running().all().isEmpty());
        assertThat(world.controller().ends(attempt))
                .extracting(end -> end.epoch().value())
                .containsExactly(2L);
        assertThat(world.backend().started()).containsExactly(attempt);
        assertThat(world.backend().exists(attempt)).isFalse();
    }
}
