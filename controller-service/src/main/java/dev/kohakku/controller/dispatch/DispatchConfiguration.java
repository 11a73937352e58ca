package dev.kohakku.controller.dispatch;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.common.queue.redis.RedisConnections;
import dev.kohakku.common.queue.redis.RedisStreamQueue;
import dev.kohakku.common.telemetry.Metrics;
import dev.kohakku.controller.role.Roles;
import dev.kohakku.controller.role.WorkerLoop;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The Enqueuer and its loop. */
@Configuration(proxyBeanMethods = false)
class DispatchConfiguration {

    /** The most its loop waits after failures: Redis comes back, and tasks should not wait long. */
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(3);

    @Bean(destroyMethod = "close")
    Queues queues(RedisConnections redis, DispatchProperties properties, MeterRegistry meters) {
        return new Queues(
                name -> new RedisStreamQueue(redis, name, properties.consumerGroup(), "controller"),
                meters);
    }

    @Bean
    Enqueuer enqueuer(
            Admission admission,
            OutboxStore outbox,
            BriefStorage briefs,
            QueueMoves moves,
            Queues queues,
            Enqueuer.Settings settings) {
        return new Enqueuer(admission, outbox, briefs, moves, queues, settings, StopPoints.NONE);
    }

    @Bean
    Enqueuer.Settings enqueuerSettings(
            DispatchProperties properties, Clock clock, MeterRegistry meters, OutboxStore outbox) {
        Gauge.builder(Metrics.OUTBOX_ROWS, outbox, OutboxStore::count).register(meters);
        return new Enqueuer.Settings(properties, clock, meters);
    }

    @Bean
    WorkerLoop enqueuerLoop(Enqueuer enqueuer, DispatchProperties properties) {
        return new WorkerLoop(
                new BackgroundLoop(
                        "enqueuer",
                        new Rhythm(properties.interval(), 0.1, LONGEST_BACK_OFF),
                        enqueuer::round),
                Roles.Queue.DISPATCH);
    }
}
