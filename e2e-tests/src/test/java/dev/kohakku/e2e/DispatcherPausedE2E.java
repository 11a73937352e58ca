package dev.kohakku.e2e;

import static dev.kohakku.e2e.proxy.Fate.IS_HELD;
import static dev.kohakku.e2e.proxy.Trap.beforeReplying;
import static org.awaitility.Awaitility.await;

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

    @Test
    void givenUpMeanwhileItsContainerIsDestroyedAndAnotherAttemptRuns() throws Exception {
        var gate = stage.payloads().newGate();
        var task = stage.submit(stage.payloads().waitingAt(gate, LINES), TWO_ATTEMPTS);
        gate.awaitReached();

        stage.a().process().pause();
        stage.api().awaitEvent(task, "DISPATCHER_LOST");
        stage.a().process().resume();
        await().until(() -> stage.engine().stateOf(task, 1).equals("none"));
        gate.open();

        stage.ended(task)
                .endedAs("COMPLETED")
                .tookAttempts(2)
                .attemptFailedAs(1, "DISPATCHER_LOST")
                .ran(2)
                .loggedAllLines(stage.api(), 2 * LINES);
    }

    @Test
    void itsEndComesTooLateAndChangesNothing() throws Exception {
        var gate = stage.payloads().newGate();
        var task = stage.submit(stage.payloads().waitingAt(gate, LINES));
        gate.awaitReached();

        stage.a().process().pause();
        gate.open();
        await().until(() -> stage.engine().stateOf(task, 1).equals("exited"));
        stage.api().awaitEvent(task, "DISPATCHER_LOST");
        stage.a().process().resume();

        stage.ended(task).endedAs("FAILED").failedAs("DISPATCHER_LOST").tookAttempts(1).ran(1);
    }

    @Test
    void givenUpBetweenCreateAndStartItNeverStartsTheContainer() throws Exception {
        var point =
                stage.a()
                        .engine()
                        .arm(
                                beforeReplying("POST \\S*/containers/create")
                                        .doing(stage.a().process()::pause)
                                        .then(IS_HELD));
        var task = stage.submit(stage.payloads().printing(LINES), TWO_ATTEMPTS);
        point.awaitSprung();
        stage.api().awaitEvent(task, "DISPATCHER_LOST");

        point.release();
        stage.a().process().resume();

        stage.ended(task)
                .endedAs("COMPLETED")
                .tookAttempts(2)
                .attemptFailedAs(1, "DISPATCHER_LOST")
                .ran(1)
                .loggedAllLines(stage.api(), LINES);
    }
}
