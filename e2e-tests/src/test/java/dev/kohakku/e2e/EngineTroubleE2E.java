package dev.kohakku.e2e;

import static dev.kohakku.e2e.proxy.Fate.IS_DROPPED;
import static dev.kohakku.e2e.proxy.Fate.IS_HELD;
import static dev.kohakku.e2e.proxy.Fate.IS_REFUSED;
import static dev.kohakku.e2e.proxy.Trap.beforeForwarding;
import static dev.kohakku.e2e.proxy.Trap.beforeReplying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.e2e.proxy.HttpProxy;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The engine loses replies, goes silent, hangs and fails, and no process dies. */
@ExtendWith(OnStage.class)
class EngineTroubleE2E {

    private static final int LINES = 20;

    private final Stage stage;
    private final HttpProxy engine;

    EngineTroubleE2E(Stage stage) {
        this.stage = stage;
        this.engine = stage.a().engine();
    }

    @BeforeEach
    void alone() {
        stage.alone();
    }

    @Test
    void theRepliesOfCreateAndStartAreLost() throws Exception {
        var create = engine.arm(beforeReplying("POST \\S*/containers/create").then(IS_DROPPED));
        var start = engine.arm(beforeReplying("POST \\S*/start").then(IS_DROPPED));

        stage.completedOnce(stage.submit(stage.payloads().printing(LINES)), LINES);

        assertThat(create.timesSprung()).isEqualTo(1);
        assertThat(start.timesSprung()).isEqualTo(1);
    }

    @Test
    void theWatchAndTheLogAreCut() throws Exception {
        var gate = stage.payloads().newGate();
        var task = stage.submit(stage.payloads().waitingAt(gate, LINES));
        gate.awaitReached();

        engine.cut();
        gate.open();

        stage.completedOnce(task, 2 * LINES);
    }

    @Test
    void theWatchIsSilent() throws Exception {
        var silence = engine.arm(beforeReplying("POST \\S*/wait\\?").then(IS_HELD).everyTime());
        var gate = stage.payloads().newGate();
        var task = stage.submit(stage.payloads().waitingAt(gate, LINES));
        silence.awaitSprung();
        gate.open();

        stage.completedOnce(task, 2 * LINES);
    }

    @Test
    void itHangsAndThenAnswers500() throws Exception {
        var hanging =
                engine.arm(
                        beforeForwarding("POST \\S*/containers/create").then(IS_HELD).everyTime());
        var task = stage.submit(stage.payloads().printing(LINES));
        hanging.awaitSprung();
        var failing = engine.arm(beforeForwarding("/containers/").then(IS_REFUSED).everyTime());
        await().atMost(Duration.ofSeconds(20)).until(() -> failing.timesSprung() > 3);
        engine.disarmAll();

        stage.completedOnce(task, LINES);
    }

    @Test
    void theDispatcherIsKilledInTheMiddleOfAPull() throws Exception {
        try (var registry = ScriptedRegistry.serving(stage.payloads().newGate())) {
            var task =
                    stage.submit(
                            stage.payloads().printing(LINES), Map.of("image", registry.image()));
            registry.gate().awaitReached();

            stage.a().process().kill();
            stage.a().process().start().awaitReady();
            registry.gate().open();

            stage.completedOnce(task, LINES);
            stage.engine().remove(registry.image());
        }
    }
}
