package dev.kohakku.controller.dispatch;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.common.queue.redis.RedisConnections;
import dev.kohakku.common.queue.redis.RedisListQueue;
import dev.kohakku.common.queue.redis.RedisStreamQueue;
import dev.kohakku.common.telemetry.Metrics;
import dev.kohakku.common.telemetry.Traces;
import dev.kohakku.controller.fleet.DispatcherCalls;
import dev.kohakku.controller.fleet.Dispatchers;
import dev.kohakku.controller.role.Roles;
import dev.kohakku.controller.role.Topic;
import dev.kohakku.controller.role.WorkerLoop;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The Enqueuer and its loop. */
@Configuration(proxyBeanMethods = false)
class DispatchConfiguration {

    /** The most its loop waits after failures: Redis comes back, and tasks should not wait long. */
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(3);

    /** Not a dispatcher's id: this process only writes. */
    private static final String PRODUCER = "controller";

    /** Of lists this process does not take from. */
    private static final Duration NEVER_TAKEN = Duration.ofSeconds(1);

    @Bean(destroyMethod = "close")
    Queues queues(RedisConnections redis, DispatchProperties properties, MeterRegistry meters) {
        return new Queues(
                name ->
                        RedisListQueue.isName(name)
                                ? new RedisListQueue(redis, name, PRODUCER, NEVER_TAKEN)
                                : new RedisStreamQueue(
                                        redis, name, properties.consumerGroup(), PRODUCER),
                meters);
    }

    @Bean
    Destinations destinations(
            Queues queues, DispatcherCalls calls, DispatchProperties properties, Clock clock) {
        return new Destinations(queues, calls::at, properties, clock);
    }

    @Bean
    Admission admission(Dispatchers dispatchers, Destinations destinations) {
        return new Admission(dispatchers, destinations);
    }

    @Bean
    Enqueuer enqueuer(
            Admission admission,
            Enqueuer.Rows rows,
            BriefStorage briefs,
            QueueMoves moves,
            Enqueuer.Settings settings) {
        return new Enqueuer(admission, rows, briefs, moves, settings, StopPoints.NONE);
    }

    @Bean
    Enqueuer.Rows enqueuerRows(OutboxStore outbox, TakeStore takes, TargetStore targets) {
        return new Enqueuer.Rows(outbox, takes, targets);
    }

    @Bean
    Enqueuer.Settings enqueuerSettings(
            DispatchProperties properties,
            Clock clock,
            MeterRegistry meters,
            Traces traces,
            OutboxStore outbox) {
        Gauge.builder(Metrics.OUTBOX_ROWS, outbox, OutboxStore::count).register(meters);
        return new Enqueuer.Settings(properties, clock, meters, traces);
    }

    @Bean
    WorkerLoop enqueuerLoop(Enqueuer enqueuer, DispatchProperties properties) {
        return new WorkerLoop(
                new BackgroundLoop(
                        "enqueuer",
                        new Rhythm(properties.interval(), 0.1, LONGEST_BACK_OFF),
                        enqueuer::round),
                Roles.Queue.DISPATCH,
                Set.of(Topic.DISPATCH));
    }
}
