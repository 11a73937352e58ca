package dev.kohakku.dispatcher.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.brief.BriefRef;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.common.task.TestingSpec;
import dev.kohakku.common.telemetry.Traces;
import dev.kohakku.common.time.TestingClock;
import dev.kohakku.common.wire.Claimed;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When a container that cannot be found may have run. */
class RunningAttemptTest {

    private final TestingClock clock = new TestingClock();

    private RunningAttempt claimed(Instant startAskedAt) {
        var id = TestingIds.newAttempt();
        var attempt =
                new RunningAttempts(1, clock, clock::instant, Traces.OFF)
                        .reserve(id, null)
                        .orElseThrow();
        var claimed =
                new Claimed(
                        new Epoch(2),
                        TaskState.PROVISIONING,
                        TestingSpec.of("true"),
                        BriefRef.of(id.task(), "0".repeat(64)),
                        Map.of(),
                        null,
                        "token",
                        clock.instant(),
                        clock.instant(),
                        startAskedAt,
                        null);
        attempt.begin(new Hold(claimed, null, null, null, clock.instant()));
        return attempt;
    }

    @Test
    void whatNobodyAskedForHasNotRun() {
        assertThat(claimed(null).mayHaveRun()).isFalse();
    }

    @Test
    void whatAnEarlierOwnerAskedForMayHaveRunUnlessItIsSeenUnstarted() {
        var attempt = claimed(clock.instant());
        assertThat(attempt.mayHaveRun()).isTrue();

        attempt.isSeenUnstarted();

        assertThat(attempt.mayHaveRun()).isFalse();
    }

    @Test
    void whatThisProcessAskedForMayHaveRunUnlessItIsRefused() {
        var attempt = claimed(clock.instant());
        attempt.isSeenUnstarted();

        attempt.startIsAsked();
        assertThat(attempt.mayHaveRun()).isTrue();

        attempt.startIsRefused();
        assertThat(attempt.mayHaveRun()).isFalse();
    }
}
