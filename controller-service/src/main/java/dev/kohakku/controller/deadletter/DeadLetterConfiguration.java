package dev.kohakku.controller.deadletter;

import dev.kohakku.controller.dispatch.Outbox;
import dev.kohakku.controller.dispatch.Queues;
import dev.kohakku.controller.job.Job;
import dev.kohakku.controller.role.WorkerLoop;
import dev.kohakku.controller.task.Transitions;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionTemplate;

/** The loop and the background job of this package. */
@Configuration(proxyBeanMethods = false)
class DeadLetterConfiguration {

    @Bean
    DeadLetterCollector deadLetterCollector(
            Queues queues,
            DeadLetterStore store,
            Transitions transitions,
            Outbox outbox,
            TransactionTemplate transaction,
            MeterRegistry meters) {
        return new DeadLetterCollector(
                queues::named, store, transitions, outbox, transaction, meters);
    }

    @Bean
    WorkerLoop deadLetterLoop(DeadLetterCollector collector) {
        return WorkerLoop.cleanup("dead-letter-collector", Duration.ofSeconds(5), collector::round);
    }

    @Bean
    Job settledLetterRemoverJob(SettledLetterRemover remover) {
        return Job.cleanup("settled-letter-remover", Duration.ofMinutes(10), remover::round);
    }
}
