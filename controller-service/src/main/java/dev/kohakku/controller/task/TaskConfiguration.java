package dev.kohakku.controller.task;

import dev.kohakku.controller.role.WorkerLoop;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The loop of this package. */
@Configuration(proxyBeanMethods = false)
class TaskConfiguration {

    @Bean
    WorkerLoop idempotencyKeyRemoverLoop(IdempotencyKeyRemover remover) {
        return WorkerLoop.cleanup(
                "idempotency-key-remover", Duration.ofMinutes(10), remover::round);
    }
}
