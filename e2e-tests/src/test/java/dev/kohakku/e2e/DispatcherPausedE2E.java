package dev.kohakku.e2e;

import static dev.kohakku.e2e.proxy.Fate.IS_HELD;
import static dev.kohakku.e2e.proxy.Trap.beforeReplying;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A dispatcher stands still past its lease, and goes on as if nothing had been. */
@ExtendWith(OnStage.class)
class DispatcherPausedE2E {

    private static final int LINES = 20;
    private static final Map<String, ?> TWO_ATTEMPTS = Map.of("max_attempts", 2);

    private final Stage stage;

    DispatcherPausedE2E(Stage stage) {
        this.stage = stage;
    }

    @BeforeEach
    void alone() {
        stage.alone();
    }

    @Test
    void pastItsLeaseAndBackInTimeNothingHasHappened() throws Exception {
        var gate = stage.payloads().newGate();
        var task = stage.submit(stage.payloads().waitingAt(gate, LINES), TWO_ATTEMPTS);
        gate.awaitReached();

        stage.a().process().pause();
        await().pollDelay(Stage.LEASE.plusSeconds(1)).until(() -> true);
        stage.a().process().resume();
        gate.open();

        stage.completedOnce(task, 2 * LINES);
    }

    /**
     * Three attempts at once, because to be given up takes long: one runs, one ends while nobody
     * looks, and one is between create and start.
     */
    @Test
    void givenUpMeanwhileItDoesNoHarm() throws Exception {
        var running = stage.payloads().newGate();
        var runs = stage.submit(stage.payloads().waitingAt(running, LINES), TWO_ATTEMPTS);
        running.awaitReached();
        var ending = stage.payloads().newGate();
        var ends = stage.submit(stage.payloads().waitingAt(ending, LINES));
        ending.awaitReached();
        var point =
                stage.a()
                        .engine()
                        .arm(
                                beforeReplying("POST \\S*/containers/create")
                                        .doing(stage.a().process()::pause)
                                        .then(IS_HELD));
        var isMade = stage.submit(stage.payloads().printing(LINES), TWO_ATTEMPTS);
        point.awaitSprung();
        ending.open();
        await().until(() -> stage.engine().stateOf(ends, 1).equals("exited"));
        for (var task : List.of(runs, ends, isMade)) {
            stage.api().awaitEvent(task, "DISPATCHER_LOST");
        }

        point.release();
        stage.a().process().resume();

        // why before the gate opens: the first attempt is stopped, it does not end by itself.
        await().atMost(Duration.ofSeconds(30))
                .until(() -> stage.engine().stateOf(runs, 1).equals("none"));
        running.open();
        lostOnce(runs).ran(2).loggedAllLines(stage.api(), 2 * LINES);
        lostOnce(isMade).ran(1).loggedAllLines(stage.api(), LINES);
        stage.ended(ends).endedAs("FAILED").failedAs("DISPATCHER_LOST").tookAttempts(1).ran(1);
    }

    private History lostOnce(String task) throws Exception {
        return stage.ended(task)
                .endedAs("COMPLETED")
                .tookAttempts(2)
                .attemptFailedAs(1, "DISPATCHER_LOST");
    }
}
