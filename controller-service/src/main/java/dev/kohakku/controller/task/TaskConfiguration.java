package dev.kohakku.controller.task;

import dev.kohakku.controller.job.Job;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The background job of this package. */
@Configuration(proxyBeanMethods = false)
class TaskConfiguration {

    @Bean
    Job idempotencyKeyRemoverJob(IdempotencyKeyRemover remover) {
        return Job.cleanup("idempotency-key-remover", Duration.ofMinutes(10), remover::round);
    }
}
