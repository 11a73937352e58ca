package dev.kohakku.dispatcher.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.common.task.TestingSpec;
import dev.kohakku.common.time.TestingClock;
import dev.kohakku.common.wire.AttemptRef;
import dev.kohakku.dispatcher.attempt.TestingDispatcher;
import dev.kohakku.dispatcher.attempt.TestingDispatcher.World;
import dev.kohakku.dispatcher.backend.Backends;
import dev.kohakku.dispatcher.report.FakeRegistry;
import dev.kohakku.dispatcher.report.PrefetchReports;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the Controller wants is done, as far as this process can. */
class RecoveryTest {

    private final TestingClock clock = new TestingClock();
    private final World world = World.of(clock);

    private Recovery recovery(TestingDispatcher dispatcher) {
        var none =
                new Prefetcher(
                        PrefetcherTest.gate(),
                        List.of(),
                        new PrefetchReports(new FakeRegistry(), PrefetcherTest.IDENTITY));
        return new Recovery(dispatcher.running(), dispatcher.attempts(), none, clock::instant);
    }

    private List<AttemptRef> owned() {
        var attempt = world.controller().queue(TestingIds.newAttempt(), TestingSpec.of("true"));
        return List.of(AttemptRef.of(attempt, new Epoch(1)));
    }

    @Test
    void anOwnedAttemptIsClaimedAgainAndRun() throws Exception {
        var dispatcher = new TestingDispatcher(world);
        var recovery = recovery(dispatcher);
        var owned = owned();

        recovery.resume(owned);

        await().until(() -> world.backend().isRunning(owned.getFirst().id()));
        dispatcher.stop();
    }

    @Test
    void anAttemptOfABackendThatIsGoneIsLeftAloneForAWhile() {
        var dispatcher = new TestingDispatcher("d-1", world, new Backends(List.of()));
        var recovery = recovery(dispatcher);
        var owned = owned();
        recovery.resume(owned);
        await().until(() -> world.controller().claims() == 1);
        await().until(() -> dispatcher.running().all().isEmpty());

        recovery.resume(owned);
        assertThat(dispatcher.running().all()).isEmpty();
        clock.advance(Duration.ofMinutes(5));

        await().until(() -> {
            recovery.resume(owned);
            return world.controller().claims() == 2;
        });
        assertThat(world.controller().ends(owned.getFirst().id())).isEmpty();
    }
}
