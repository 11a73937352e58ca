package dev.kohakku.e2e;

import static dev.kohakku.e2e.proxy.Fate.IS_DROPPED;
import static dev.kohakku.e2e.proxy.Trap.beforeForwarding;
import static dev.kohakku.e2e.proxy.Trap.beforeReplying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.e2e.proxy.Trap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A dispatcher is killed at each named point of an attempt, nobody else is in its scope, and it
 * comes back under its id.
 */
@ExtendWith(OnStage.class)
class DispatcherStoppedE2E {

    private static final int LINES = 20;

    private final Stage stage;

    DispatcherStoppedE2E(Stage stage) {
        this.stage = stage;
    }

    @BeforeEach
    void alone() {
        stage.alone();
    }

    private Trap killing(Trap point) {
        return point.doing(stage.a().process()::kill).then(IS_DROPPED);
    }

    /** Submits, waits for the kill and starts the dispatcher again. */
    private String survivor(Trap point) throws Exception {
        var task = stage.submit(stage.payloads().printing(LINES));
        point.awaitSprung();
        stage.a().process().start();
        return task;
    }

    @Test
    void afterTheReadBeforeTheClaim() throws Exception {
        var point = stage.a().controller().arm(killing(beforeForwarding("POST \\S*/claim/")));
        stage.completedOnce(survivor(point), LINES);
    }

    @Test
    void afterTheClaimBeforeItsReply() throws Exception {
        var point = stage.a().controller().arm(killing(beforeReplying("POST \\S*/claim/")));
        stage.completedOnce(survivor(point), LINES);
    }

    @Test
    void afterTheClaimBeforeTheAcknowledgement() throws Exception {
        var point = stage.a().redis().arm(killing(beforeForwarding("XACK.*XDEL")));
        stage.completedOnce(survivor(point), LINES);
    }

    @Test
    void afterTheCreateRequestBeforeItsReply() throws Exception {
        var point = stage.a().engine().arm(killing(beforeReplying("POST \\S*/containers/create")));
        stage.completedOnce(survivor(point), LINES);
    }

    @Test
    void afterTheCreateBeforeTheStart() throws Exception {
        var point = stage.a().engine().arm(killing(beforeForwarding("POST \\S*/start")));
        stage.completedOnce(survivor(point), LINES);
    }

    @Test
    void afterTheStartBeforeItsReply() throws Exception {
        var point = stage.a().engine().arm(killing(beforeReplying("POST \\S*/start")));
        stage.completedOnce(survivor(point), LINES);
    }

    @Test
    void afterTheStartBeforeTheReport() throws Exception {
        var point =
                stage.a().controller().arm(killing(beforeForwarding("/reports/ .*\"running\"")));
        stage.completedOnce(survivor(point), LINES);
    }

    @Test
    void afterTheStartBeforeTheReportAndOthersRemoveTheContainer() throws Exception {
        var point =
                stage.a().controller().arm(killing(beforeForwarding("/reports/ .*\"running\"")));
        var task = stage.submit(stage.payloads().printing(LINES));
        point.awaitSprung();
        await().until(() -> stage.engine().stateOf(task, 1).equals("exited"));
        stage.engine().removeContainer(task, 1);

        stage.a().process().start();

        stage.ended(task)
                .endedAs("FAILED")
                .attemptFailedAs(1, "CONTAINER_VANISHED")
                .tookAttempts(1)
                .ran(1);
    }

    @Test
    void whileLogsFlow() throws Exception {
        var point = stage.a().redis().arm(killing(beforeForwarding("line 50\r\n")));
        var task = stage.submit(stage.payloads().printingSlowly(150));
        point.awaitSprung();
        stage.a().process().start();
        stage.completedOnce(task, 150);
    }

    @Test
    void afterTheExitIsSeenBeforeTheReport() throws Exception {
        var point = stage.a().controller().arm(killing(beforeForwarding("POST \\S*/callback/")));
        stage.completedOnce(survivor(point), LINES);
    }

    @Test
    void afterTheReportIsAcceptedBeforeTheRemovalAndAgainWhileTheReaperDeletes() throws Exception {
        var point = stage.a().controller().arm(killing(beforeReplying("POST \\S*/callback/")));
        var reaping = stage.a().engine().arm(killing(beforeForwarding("DELETE \\S*/containers/")));
        var task = survivor(point);
        assertThat(stage.containers()).hasSize(1);

        reaping.awaitSprung();
        assertThat(stage.containers()).hasSize(1);

        stage.a().process().start();
        stage.completedOnce(task, LINES);
    }

    @Test
    void inACancelBetweenTermAndKill() throws Exception {
        var point = stage.a().engine().arm(killing(beforeReplying("POST \\S*/kill\\?signal=TERM")));
        var gate = stage.payloads().newGate();
        var task = stage.submit(stage.payloads().waitingAt(gate, LINES));
        gate.awaitReached();
        stage.api().call("POST", "/api/v1/tasks/" + task + "/cancel", null);
        point.awaitSprung();

        stage.a().process().start();

        stage.ended(task)
                .endedAs("CANCELLED")
                .tookAttempts(1)
                .ran(1)
                .has("kill_sent")
                .has("gone")
                .loggedAllLines(stage.api(), LINES);
    }
}
