package dev.kohakku.controller.rescue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.controller.fleet.HandOverWanted;
import dev.kohakku.controller.role.Roles;
import dev.kohakku.controller.role.TestingWakes;
import dev.kohakku.controller.role.Topic;
import dev.kohakku.controller.role.Wakes;
import dev.kohakku.controller.role.WorkerLoop;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

class HandOverWakesTest {

    @Test
    void aDispatcherThatLeavesOrDrainsWakesTheHandOver() throws Exception {
        var rounds = new Semaphore(0);
        BackgroundLoop.Step step =
                () -> {
                    rounds.release();
                    return false;
                };
        try (var context = new AnnotationConfigApplicationContext();
                var loop =
                        new BackgroundLoop("hand-over", Rhythm.every(Duration.ofHours(1)), step)) {
            context.registerBean(
                    "handOverLoop",
                    WorkerLoop.class,
                    () -> new WorkerLoop(loop, Roles.Queue.CLEANUP, Set.of(Topic.HAND_OVER)));
            context.registerBean(Wakes.class, () -> TestingWakes.of(context));
            context.register(HandOverWakes.class);
            context.refresh();
            loop.start();
            assertThat(rounds.tryAcquire(10, TimeUnit.SECONDS)).isTrue();

            context.publishEvent(new HandOverWanted("d"));

            assertThat(rounds.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
