package dev.kohakku.dispatcher.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.CompletionMode;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskSpec;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.common.task.TestingSpec;
import dev.kohakku.common.time.TestingClock;
import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.common.wire.Callback;
import dev.kohakku.dispatcher.agent.AgentRecord;
import dev.kohakku.dispatcher.agent.AgentRecords;
import dev.kohakku.dispatcher.agent.CheckBack;
import dev.kohakku.dispatcher.attempt.TestingDispatcher.World;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an agent says decides, where the task asks for it. */
class AttemptAgentTest {

    private static final CheckBack DONE =
            new CheckBack(CheckBack.Status.COMPLETED, "results/x/1/a", Map.of("answer", 42), null);

    private final TestingClock clock = new TestingClock();
    private final World world = World.of(clock);
    private TestingDispatcher dispatcher;
    private AttemptId attempt;

    @BeforeEach
    void runAnAgent() {
        dispatcher = new TestingDispatcher(world);
        attempt = world.controller().queue(TestingIds.newAttempt(), agent());
        dispatcher.begin(attempt);
        await().until(() -> world.backend().isRunning(attempt));
        await().until(() ->
                dispatcher.running().find(attempt).orElseThrow().phase() == Phase.RUNNING);
    }

    @AfterEach
    void stop() throws InterruptedException {
        dispatcher.stop();
    }

    private static TaskSpec agent() {
        var spec = TestingSpec.of("agent");
        return new TaskSpec(
                spec.name(),
                spec.image(),
                spec.command(),
                spec.instructions(),
                spec.context(),
                spec.skills(),
                spec.configs(),
                spec.secrets(),
                spec.env(),
                spec.resources(),
                spec.ports(),
                spec.runtimeTarget(),
                spec.timeouts(),
                spec.maxAttempts(),
                spec.priority(),
                spec.labels(),
                CompletionMode.AGENT,
                null);
    }

    private Callback awaitEnd() {
        await().until(() -> dispatcher.running().all().isEmpty());
        assertThat(world.controller().ends(attempt)).hasSize(1);
        return world.controller().ends(attempt).getFirst();
    }

    @Test
    void aCheckBackCompletesWhateverTheExitCode() {
        world.agents().checkBack(attempt, DONE);
        world.backend().exit(attempt, 1);

        var end = awaitEnd();

        assertThat(end.status()).isEqualTo(Callback.Status.COMPLETED);
        assertThat(end.resultKey()).isEqualTo("results/x/1/a");
        assertThat(end.resultMetadata()).isEqualTo(Map.of("answer", 42));
    }

    @Test
    void anEndWithoutACheckBackIsAFailureEvenWithExitCodeZero() {
        world.backend().exit(attempt, 0);

        assertThat(awaitEnd().failureKind()).isEqualTo(FailureKind.AGENT_SILENT);
        assertThat(world.agents().checkBack(attempt, DONE)).isEqualTo(AgentRecords.Kept.TOO_LATE);
    }

    @Test
    void aCheckBackWithAFailureCarriesTheAgentsWords() {
        world.agents()
                .checkBack(
                        attempt,
                        new CheckBack(CheckBack.Status.FAILED, null, null, "no such repository"));
        world.backend().exit(attempt, 0);

        var end = awaitEnd();

        assertThat(end.failureKind()).isEqualTo(FailureKind.AGENT_FAILED);
        assertThat(end.errorMessage()).isEqualTo("no such repository");
    }

    @Test
    void wordsThatCannotBeKeptDoNotHoldTheEndUp() {
        world.agents()
                .checkBack(
                        attempt,
                        new CheckBack(CheckBack.Status.FAILED, null, null, "bad\0byte \uD83D"));
        world.backend().exit(attempt, 0);

        assertThat(awaitEnd().errorMessage()).isEqualTo("bad\uFFFDbyte \uFFFD");
    }

    @Test
    void aCancelDoesNotWaitForAnAgentThatCannotBeHeard() {
        world.agents().setAway(true);
        dispatcher.running().find(attempt).orElseThrow().cancelRequested();

        assertThat(awaitEnd().status()).isEqualTo(Callback.Status.CANCELLED);
        assertThat(world.backend().exists(attempt)).isFalse();
    }

    @Test
    void aContainerThatStaysAfterItsCheckBackIsStoppedAfterAGrace() {
        world.agents().checkBack(attempt, DONE);
        await().untilAsserted(() -> {
            clock.advance(Duration.ofSeconds(30));
            assertThat(world.backend().isRunning(attempt)).isFalse();
        });

        assertThat(awaitEnd().status()).isEqualTo(Callback.Status.COMPLETED);
        assertThat(world.controller().steps(attempt)).contains("term_sent");
    }

    @Test
    void checkInAndProgressReachTheTimelineInOrder() {
        world.agents().checkIn(attempt, clock.instant());
        await().until(() ->
                world.controller().events(attempt).stream()
                        .anyMatch(AttemptEvent.CheckedIn.class::isInstance));
        world.agents()
                .progress(
                        attempt,
                        new AgentRecord.Progress(clock.instant(), 50, "half way", Map.of()));

        await().until(() ->
                world.controller().events(attempt).getLast()
                                instanceof AttemptEvent.Progress(_, Integer percent, _, _)
                        && percent == 50);
    }

    @Test
    void whatWasSaidJustBeforeTheEndIsStillReported() {
        world.agents()
                .progress(
                        attempt, new AgentRecord.Progress(clock.instant(), 99, "almost", Map.of()));
        world.agents().checkBack(attempt, DONE);
        world.backend().exit(attempt, 0);

        awaitEnd();

        assertThat(world.controller().events(attempt))
                .anyMatch(event ->
                        event instanceof AttemptEvent.Progress progress
                                && "almost".equals(progress.message()));
    }

    @Test
    void aRecordThatRedisLostIsWrittenAgain() {
        await().until(() -> world.agents().brief(attempt).isPresent());

        assertThat(world.agents().standing(attempt)).isEqualTo(AgentRecords.Standing.OPEN);
    }

    @Test
    void aCheckBackThatWasHeardOutlivesARedisThatIsEmptied() {
        world.agents().checkBack(attempt, DONE);
        await().until(() -> dispatcher.running().find(attempt).orElseThrow().hasCheckedBack());
        world.agents().empty();
        world.backend().exit(attempt, 0);

        assertThat(awaitEnd().status()).isEqualTo(Callback.Status.COMPLETED);
    }

    @Test
    void whatWasHeardIsWrittenBackToARedisThatWasEmptied() {
        world.agents().checkIn(attempt, clock.instant());
        world.agents().checkBack(attempt, DONE);
        await().until(() -> dispatcher.running().find(attempt).orElseThrow().hasCheckedBack());
        world.agents().empty();

        await().until(() ->
                world.agents()
                        .read(attempt)
                        .filter(record -> DONE.equals(record.checkBack()))
                        .isPresent());
        await().until(() -> world.agents().read(attempt).orElseThrow().checkedInAt() != null);
    }

    @Test
    void whereTheCheckBackDecidesTheEndWaitsForARedisThatIsAway() {
        world.agents().checkBack(attempt, DONE);
        world.agents().setAway(true);
        world.backend().exit(attempt, 0);
        await().during(Duration.ofMillis(300))
                .until(() -> world.controller().ends(attempt).isEmpty());
        world.agents().setAway(false);

        assertThat(awaitEnd().status()).isEqualTo(Callback.Status.COMPLETED);
    }
}
