package dev.kohakku.e2e;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Redis is expendable: what it forgets is found again, and what it delays comes later. */
@ExtendWith(OnStage.class)
class RedisLostE2E {

    private static final int LINES = 20;

    private final Stage stage;

    RedisLostE2E(Stage stage) {
        this.stage = stage;
    }

    @BeforeEach
    void alone() {
        stage.alone();
    }

    /** A task on the queue that nobody takes: its dispatcher has just died. */
    private String queued() throws Exception {
        stage.a().process().kill();
        var task = stage.submit(stage.payloads().printing(LINES));
        stage.api().awaitState(task, "QUEUED");
        // why: QUEUED is recorded before the entry is written, and it is the entry that gets lost.
        await().until(() ->
                stage.cluster().redis().ask("XLEN {kohakku:tasks}:local").contains(":1"));
        return task;
    }

    @Test
    void itLosesItsLastSecond() throws Exception {
        stage.cluster().redis().remember();
        var task = queued();

        stage.cluster().redis().forgetSinceRemembered();
        stage.a().process().start();

        stage.completedOnce(task, LINES);
    }

    @Test
    void itIsEmptied() throws Exception {
        var task = queued();

        stage.cluster().redis().empty();
        stage.a().process().start();

        stage.completedOnce(task, LINES);
    }

    @Test
    void itIsEmptiedWhileLogsFlow() throws Exception {
        var gate = stage.payloads().newGate();
        var task = stage.submit(stage.payloads().waitingAt(gate, LINES));
        gate.awaitReached();

        stage.cluster().redis().empty();
        gate.open();

        stage.completedOnce(task, 2 * LINES);
    }

    @Test
    void itIsRestartedWhileOneTaskRunsAndAnotherIsSubmitted() throws Exception {
        var gate = stage.payloads().newGate();
        var running = stage.submit(stage.payloads().waitingAt(gate, LINES));
        gate.awaitReached();

        stage.cluster().redis().kill();
        var submitted = stage.submit(stage.payloads().printing(LINES));
        gate.open();
        stage.cluster().redis().start();

        stage.completedOnce(running, 2 * LINES);
        stage.completedOnce(submitted, LINES);
    }

    @Test
    void itIsPausedWhileOneTaskRunsAndAnotherIsSubmitted() throws Exception {
        var gate = stage.payloads().newGate();
        var running = stage.submit(stage.payloads().waitingAt(gate, LINES));
        gate.awaitReached();

        stage.cluster().redis().pause();
        var submitted = stage.submit(stage.payloads().printing(LINES));
        gate.open();
        // why longer than a command waits: everybody has to notice.
        await().pollDelay(Duration.ofSeconds(6)).until(() -> true);
        stage.cluster().redis().resume();

        stage.completedOnce(running, 2 * LINES);
        stage.completedOnce(submitted, LINES);
    }
}
