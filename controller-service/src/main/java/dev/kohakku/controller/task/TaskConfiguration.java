package dev.kohakku.controller.task;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.controller.role.Roles;
import dev.kohakku.controller.role.WorkerLoop;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The loop of this package. */
@Configuration(proxyBeanMethods = false)
class TaskConfiguration {

    private static final Duration INTERVAL = Duration.ofMinutes(10);

    @Bean
    WorkerLoop idempotencyKeyRemoverLoop(IdempotencyKeyRemover remover) {
        return new WorkerLoop(
                new BackgroundLoop(
                        "idempotency-key-remover",
                        new Rhythm(INTERVAL, 0.1, INTERVAL),
                        remover::round),
                Roles.Queue.CLEANUP);
    }
}
