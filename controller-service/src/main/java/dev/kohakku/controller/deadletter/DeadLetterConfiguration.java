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

/** The loop of this package. */
@Configuration(proxyBeanMethods = false)
class DeadLetterConfiguration {

    private static final Duration INTERVAL = Duration.ofSeconds(5);

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
        return new WorkerLoop(
                new BackgroundLoop(
                        "dead-letter-collector",
                        new Rhythm(INTERVAL, 0.1, INTERVAL),
                        collector::round),
                Roles.Queue.CLEANUP);
    }
}
