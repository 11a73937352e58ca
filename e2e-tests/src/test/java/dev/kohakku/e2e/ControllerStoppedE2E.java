package dev.kohakku.e2e;

import static dev.kohakku.e2e.proxy.Fate.IS_DROPPED;
import static dev.kohakku.e2e.proxy.Trap.beforeForwarding;
import static dev.kohakku.e2e.proxy.Trap.beforeReplying;

import dev.kohakku.e2e.proxy.Trap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A Controller is killed at the named points of a dispatch, an end and a rescue. */
@ExtendWith(OnStage.class)
class ControllerStoppedE2E {

    private static final int LINES = 20;

    private final Stage stage;

    ControllerStoppedE2E(Stage stage) {
        this.stage = stage;
    }

    @BeforeEach
    void alone() {
        stage.alone();
    }

    private Trap killing(Trap point) {
        return point.doing(stage.controller().process()::kill).then(IS_DROPPED);
    }

    private String survivor(Trap point) throws Exception {
        var task = stage.submit(stage.payloads().printing(LINES));
        point.awaitSprung();
        stage.controller().process().start();
        return task;
    }

    @Test
    void afterTheCommitBeforeTheEntryIsOnTheQueue() throws Exception {
        var point = stage.controller().redis().arm(killing(beforeForwarding("XADD")));
        stage.completedOnce(survivor(point), LINES);
    }

    @Test
    void afterTheEntryIsOnTheQueueBeforeThatIsRecorded() throws Exception {
        var point =
                stage.controller()
                        .postgres()
                        .arm(killing(beforeForwarding("(?i)delete from dispatch_outbox\\s+where")));
        stage.completedOnce(survivor(point), LINES);
    }

    @Test
    void afterAnEndIsAcceptedBeforeTheDispatcherHearsOfIt() throws Exception {
        var point = stage.a().controller().arm(killing(beforeReplying("POST \\S*/callback/")));
        stage.completedOnce(survivor(point), LINES);
    }

    @Test
    void inTheMiddleOfARescueWithASecondOneAlive() throws Exception {
        var second = stage.secondController().process().start().awaitReady();
        var gate = stage.payloads().newGate();
        var task = stage.submit(stage.payloads().waitingAt(gate, LINES), Map.of("max_attempts", 2));
        gate.awaitReached();
        // why paused until then: the first one is to be in the middle of the rescue, not the
        // second.
        second.pause();
        var point =
                stage.controller()
                        .postgres()
                        .arm(killing(beforeForwarding("DISPATCHER_LOST")).then(IS_DROPPED));
        stage.a().process().kill();

        point.awaitSprung();
        second.resume();
        stage.apiOf(stage.secondController()).awaitEvent(task, "DISPATCHER_LOST");
        stage.controller().process().start().awaitReady();
        gate.open();
        stage.a().process().start();

        stage.ended(task)
                .endedAs("COMPLETED")
                .tookAttempts(2)
                .attemptFailedAs(1, "DISPATCHER_LOST")
                .ran(2)
                .loggedAllLines(stage.api(), 2 * LINES);
    }
}
