package dev.kohakku.e2e;

import static dev.kohakku.e2e.proxy.Fate.IS_DROPPED;
import static dev.kohakku.e2e.proxy.Trap.beforeForwarding;
import static dev.kohakku.e2e.proxy.Trap.beforeReplying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.e2e.proxy.Trap;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A dispatcher is stopped at the named points, and another one on the same engine takes over. */
@ExtendWith(OnStage.class)
class AdoptionE2E {

    private static final int LINES = 20;

    private final Stage stage;

    AdoptionE2E(Stage stage) {
        this.stage = stage;
    }

    @BeforeEach
    void withSuccessor() throws IOException, InterruptedException {
        stage.withSuccessor();
    }

    private Trap killing(Trap point) {
        return point.doing(stage.a().process()::kill).then(IS_DROPPED);
    }

    private void isAdoptedAfter(Trap point) throws Exception {
        var task = stage.submit(stage.payloads().printing(LINES));
        point.awaitSprung();
        stage.ended(task)
                .endedAs("COMPLETED")
                .has("handed_over")
                .tookAttempts(1)
                .ran(1)
                .loggedAllLines(stage.api(), LINES);
    }

    @Test
    void afterTheReadBeforeTheClaimTheDeliveryGoesToAnother() throws Exception {
        var point = stage.a().controller().arm(killing(beforeForwarding("POST \\S*/claim/")));
        var task = stage.submit(stage.payloads().printing(LINES));
        point.awaitSprung();

        stage.order(stage.b(), "uncordon");

        stage.completedOnce(task, LINES);
    }

    @Test
    void afterTheClaim() throws Exception {
        isAdoptedAfter(stage.a().controller().arm(killing(beforeReplying("POST \\S*/claim/"))));
    }

    @Test
    void afterTheCreateRequestBeforeItsReply() throws Exception {
        isAdoptedAfter(
                stage.a().engine().arm(killing(beforeReplying("POST \\S*/containers/create"))));
    }

    @Test
    void afterTheCreateBeforeTheStart() throws Exception {
        isAdoptedAfter(stage.a().engine().arm(killing(beforeForwarding("POST \\S*/start"))));
    }

    @Test
    void afterTheStartBeforeTheReport() throws Exception {
        isAdoptedAfter(
                stage.a().controller().arm(killing(beforeForwarding("/reports/ .*\"running\""))));
    }

    @Test
    void afterTheExitIsSeenBeforeTheReport() throws Exception {
        isAdoptedAfter(
                stage.a().controller().arm(killing(beforeForwarding("POST \\S*/callback/"))));
    }

    @Test
    void afterTheReportIsAcceptedTheReaperOfAnotherRemovesTheContainer() throws Exception {
        var point = stage.a().controller().arm(killing(beforeReplying("POST \\S*/callback/")));
        var task = stage.submit(stage.payloads().printing(LINES));
        point.awaitSprung();

        stage.completedOnce(task, LINES);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(stage.containers()).isEmpty());
        assertThat(stage.a().process().isAlive()).isFalse();
    }

    @Test
    void whileLogsFlow() throws Exception {
        var point = stage.a().redis().arm(killing(beforeForwarding("line 50\r\n")));
        var task = stage.submit(stage.payloads().printingSlowly(300));
        point.awaitSprung();

        stage.ended(task)
                .endedAs("COMPLETED")
                .has("handed_over")
                .tookAttempts(1)
                .ran(1)
                .loggedAllLines(stage.api(), 300);
    }

    @Test
    void inACancelBetweenTermAndKill() throws Exception {
        var point = stage.a().engine().arm(killing(beforeReplying("POST \\S*/kill\\?signal=TERM")));
        var gate = stage.payloads().newGate();
        var task = stage.submit(stage.payloads().waitingAt(gate, LINES));
        gate.awaitReached();
        stage.api().call("POST", "/api/v1/tasks/" + task + "/cancel", null);
        point.awaitSprung();

        stage.ended(task)
                .endedAs("CANCELLED")
                .has("handed_over")
                .has("kill_sent")
                .has("gone")
                .tookAttempts(1)
                .ran(1);
    }

    @Test
    void aControllerIsKilledInTheMiddleOfTheHandOver() throws Exception {
        var gate = stage.payloads().newGate();
        var task = stage.submit(stage.payloads().waitingAt(gate, LINES));
        gate.awaitReached();
        var container = stage.engine().identityOf(task, 1);
        var point =
                stage.controller()
                        .postgres()
                        .arm(
                                beforeForwarding("handed_over")
                                        .doing(stage.controller().process()::kill)
                                        .then(IS_DROPPED));
        stage.a().process().kill();
        point.awaitSprung();

        stage.controller().process().start().awaitReady();
        stage.api().awaitEvent(task, "handed_over");
        assertThat(stage.engine().identityOf(task, 1)).isEqualTo(container);
        gate.open();

        stage.completedOnce(task, 2 * LINES);
    }

    @Test
    void pausedPastItsLeaseAndResumedTheOldOwnerIsFencedAndDoesNoHarm() throws Exception {
        var gate = stage.payloads().newGate();
        var task = stage.submit(stage.payloads().waitingAt(gate, LINES));
        gate.awaitReached();
        var container = stage.engine().identityOf(task, 1);

        stage.a().process().pause();
        stage.api().awaitEvent(task, "handed_over");
        stage.a().process().resume();
        await().until(() ->
                stage.api()
                        .read("/api/v1/tasks/" + task)
                        .get("dispatcher_id")
                        .asString()
                        .equals("b"));
        // why ready: it has sent a heartbeat by then and heard that the attempt is not its own.
        stage.a().process().awaitReady();
        assertThat(stage.engine().identityOf(task, 1)).isEqualTo(container);
        gate.open();

        stage.completedOnce(task, 2 * LINES);
    }

    @Test
    void toldToStopItHandsItsWatchesOverAndExitsWithNothingKilled() throws Exception {
        var gate = stage.payloads().newGate();
        var task = stage.submit(stage.payloads().waitingAt(gate, LINES));
        gate.awaitReached();
        var container = stage.engine().identityOf(task, 1);

        stage.a().process().terminate();

        stage.api().awaitEvent(task, "handed_over");
        assertThat(stage.engine().identityOf(task, 1)).isEqualTo(container);
        gate.open();
        stage.completedOnce(task, 2 * LINES);
    }

    @Test
    void drainedItHandsItsWatchesOverAndLives() throws Exception {
        var gate = stage.payloads().newGate();
        var task = stage.submit(stage.payloads().waitingAt(gate, LINES));
        gate.awaitReached();
        stage.api().awaitState(task, "RUNNING");

        stage.order(stage.a(), "drain");

        stage.api().awaitEvent(task, "handed_over");
        gate.open();
        stage.completedOnce(task, 2 * LINES);
        assertThat(stage.a().process().isAlive()).isTrue();
    }
}
