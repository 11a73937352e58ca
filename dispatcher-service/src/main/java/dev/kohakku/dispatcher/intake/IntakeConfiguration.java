package dev.kohakku.dispatcher.intake;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.common.queue.TaskQueue;
import dev.kohakku.common.queue.redis.RedisListQueue;
import dev.kohakku.common.telemetry.Metrics;
import dev.kohakku.dispatcher.attempt.Attempts;
import dev.kohakku.dispatcher.attempt.BackendHealths;
import dev.kohakku.dispatcher.attempt.RunningAttempts;
import dev.kohakku.dispatcher.identity.DispatcherIdentity;
import dev.kohakku.dispatcher.identity.DispatcherSettings;
import dev.kohakku.dispatcher.report.Cordon;
import dev.kohakku.dispatcher.report.Lease;
import dev.kohakku.dispatcher.report.Registration;
import dev.kohakku.dispatcher.report.SteadyTime;
import dev.kohakku.dispatcher.web.Readiness;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class IntakeConfiguration {

    private static final Rhythm POLLING =
            new Rhythm(Duration.ofMillis(100), 0.1, Duration.ofSeconds(5));

    /** Several times what a round takes at most. */
    private static final Duration HANGING = Duration.ofSeconds(20);

    @Bean
    Registration.Intake intake(
            QueueSettings settings, DispatcherSettings dispatcher, DispatcherIdentity identity) {
        return new Registration.Intake(
                settings.mode(),
                settings.name(identity.id(), dispatcher.pool()),
                dispatcher.pool(),
                dispatcher.labelsByName());
    }

    @Bean
    DirectIntake directIntake(TaskQueue queue, RunningAttempts running) {
        return new DirectIntake(queue instanceof RedisListQueue list ? list : null, running);
    }

    /**
     * why beside the reads: while no slot is free nothing is read, and the list must stay ours. Why
     * given back: a process whose id went to another one must not keep that one waiting.
     */
    @Bean
    @ConditionalOnProperty(name = "kohakku.queue.source", havingValue = "internal")
    BackgroundLoop listLeaseLoop(DirectIntake intake, QueueSettings settings, Lease lease) {
        return new BackgroundLoop(
                "list-lease",
                Rhythm.every(settings.listLease().dividedBy(4)),
                () -> {
                    intake.hold(lease.isLive());
                    return false;
                });
    }

    @Bean
    DeliveryPoller deliveryPoller(
            TaskQueue queue,
            RunningAttempts running,
            Attempts attempts,
            IntakeGate gate,
            QueueSettings settings,
            SteadyTime steady) {
        return new DeliveryPoller(
                queue,
                new Slots(running, settings.consumers()),
                attempts,
                gate,
                settings.takeOverAfter(),
                steady);
    }

    /**
     * why the lease: an unclaimed delivery helps nobody, and being taken over again and again would
     * make it a dead letter.
     */
    @Bean
    IntakeGate intakeGate(Lease lease, Cordon cordon, BackendHealths healths) {
        return () -> lease.isLive() && !cordon.isDrawn() && healths.isAnyHealthy();
    }

    @Bean
    BackgroundLoop deliveryLoop(DeliveryPoller poller) {
        return new BackgroundLoop("delivery-poller", POLLING, poller::step);
    }

    @Bean
    DispatcherLifecycle dispatcherLifecycle(
            List<BackgroundLoop> loops, RunningAttempts running, Registration registration) {
        return new DispatcherLifecycle(loops, running, registration);
    }

    @Bean
    Readiness queueReadiness(@Qualifier("deliveryLoop") BackgroundLoop loop) {
        return new Readiness() {
            @Override
            public String name() {
                return "queue";
            }

            @Override
            public Optional<String> obstacle() {
                var age = loop.sinceLastRound();
                if (age.compareTo(HANGING) > 0) {
                    return Optional.of("the last read was " + age.toSeconds() + " s ago");
                }
                return loop.failures() > 0
                        ? Optional.of("the last " + loop.failures() + " reads failed")
                        : Optional.empty();
            }
        };
    }

    @Bean
    MeterBinder dispatcherMeters(RunningAttempts running, List<BackgroundLoop> loops) {
        return (MeterRegistry registry) -> {
            Gauge.builder(Metrics.ATTEMPTS_RUNNING, running, all -> all.all().size())
                    .register(registry);
            Gauge.builder(Metrics.SLOTS_FREE, running, RunningAttempts::free).register(registry);
            loops.forEach(loop -> Metrics.watch(registry, loop));
        };
    }
}
