package dev.kohakku.controller.deadletter;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.controller.dispatch.Outbox;
import dev.kohakku.controller.dispatch.Queues;
import dev.kohakku.controller.role.Roles;
import dev.kohakku.controller.role.WorkerLoop;
import dev.kohakku.controller.task.Transitions;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionTemplate;

/** The loops of this package. */
@Configuration(proxyBeanMethods = false)
class DeadLetterConfiguration {

    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration HOUSEKEEPING = Duration.ofMinutes(10);

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
    WorkerLoop settledLetterRemoverLoop(SettledLetterRemover remover) {
        return new WorkerLoop(
                new BackgroundLoop(
                        "settled-letter-remover",
                        new Rhythm(HOUSEKEEPING, 0.1, HOUSEKEEPING),
                        remover::round),
                Roles.Queue.CLEANUP);
    }

    @Bean
    WorkerLoop deadLetterLoop(DeadLetterCollector collector) {
        return new WorkerLoop(
                new BackgroundLoop(
                        "dead-letter-collector",
                        new Rhythm(INTERVAL, 0.1, INTERVAL),
                        collector::round),
                Roles.Queue.CLEANUP);
    }
}
