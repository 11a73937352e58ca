package dev.kohakku.controller.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.controller.fleet.DispatcherCheckedIn;
import dev.kohakku.controller.role.Roles;
import dev.kohakku.controller.role.TestingWakes;
import dev.kohakku.controller.role.Topic;
import dev.kohakku.controller.role.Wakes;
import dev.kohakku.controller.role.WorkerLoop;
import dev.kohakku.controller.task.TaskAccepted;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

class EnqueuerWakesTest {

    @Test
    void aTaskOrADispatcherWakesTheEnqueuer() throws Exception {
        var rounds = new Semaphore(0);
        try (var context = new AnnotationConfigApplicationContext();
                var loop =
                        new BackgroundLoop(
                                "enqueuer",
                                Rhythm.every(Duration.ofHours(1)),
                                () -> {
                                    rounds.release();
                                    return false;
                                })) {
            context.registerBean(
                    "enqueuerLoop",
                    WorkerLoop.class,
                    () -> new WorkerLoop(loop, Roles.Queue.DISPATCH, Set.of(Topic.DISPATCH)));
            context.registerBean(Wakes.class, () -> TestingWakes.of(context));
            context.register(EnqueuerWakes.class);
            context.refresh();
            loop.start();
            assertThat(rounds.tryAcquire(10, TimeUnit.SECONDS)).isTrue();

            context.publishEvent(new TaskAccepted(new TaskId(UUID.randomUUID())));
            assertThat(rounds.tryAcquire(10, TimeUnit.SECONDS)).isTrue();

            context.publishEvent(new DispatcherCheckedIn("d"));
            assertThat(rounds.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
