package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.common.telemetry.Traces;
import dev.kohakku.dispatcher.agent.AgentKeys;
import dev.kohakku.dispatcher.agent.AgentRecords;
import dev.kohakku.dispatcher.agent.BriefLinks;
import dev.kohakku.dispatcher.backend.Backends;
import dev.kohakku.dispatcher.identity.DispatcherIdentity;
import dev.kohakku.dispatcher.identity.DispatcherSettings;
import dev.kohakku.dispatcher.image.PullGate;
import dev.kohakku.dispatcher.log.LogShipper;
import dev.kohakku.dispatcher.report.Claims;
import dev.kohakku.dispatcher.report.Lease;
import dev.kohakku.dispatcher.report.Reports;
import dev.kohakku.dispatcher.report.SteadyTime;
import dev.kohakku.dispatcher.web.Readiness;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class AttemptConfiguration {

    private static final Duration LOOK_AT_BACKENDS_EVERY = Duration.ofSeconds(5);

    @Bean
    RunningAttempts runningAttempts(
            AttemptSettings settings, Clock clock, SteadyTime steady, Traces traces) {
        return new RunningAttempts(settings.maxRunning(), clock, steady, traces);
    }

    @Bean
    Ownership ownership(Lease lease, Clock clock) {
        return new Ownership(lease, clock);
    }

    @Bean
    ContainerEnvironment containerEnvironment(
            DispatcherIdentity identity,
            DispatcherSettings settings,
            AgentKeys keys,
            BriefLinks links) {
        return new ContainerEnvironment(settings.agentUrl(identity), keys, links);
    }

    @Bean
    Launcher launcher(
            ContainerEnvironment environment,
            PullGate images,
            Ownership ownership,
            AttemptSettings settings,
            MeterRegistry meters,
            Clock clock) {
        return new Launcher(
                environment,
                images,
                new EngineStart(ownership, settings.enginePatience(), EngineStart.PATIENCE),
                settings.enginePatience(),
                meters,
                clock);
    }

    @Bean
    AttemptRunner attemptRunner(
            Launcher launcher,
            Ownership ownership,
            AgentRecords agents,
            LogShipper logs,
            AttemptSettings settings,
            MeterRegistry meters,
            Clock clock) {
        return new AttemptRunner(
                launcher,
                ownership,
                new Watch(settings.stopGrace(), clock),
                new AgentWatches(agents, settings.agentLookEvery()),
                logs,
                meters,
                clock);
    }

    @Bean
    Disposal disposal(Claims claims) {
        return new Disposal(claims);
    }

    @Bean
    Attempts attempts(
            RunningAttempts running,
            Claims claims,
            Reports reports,
            Backends backends,
            AttemptRunner runner,
            Disposal disposal,
            AttemptSettings settings) {
        return new Attempts(
                running, claims, reports, backends, runner, disposal, settings.checkBackGrace());
    }

    @Bean
    BackendHealths backendHealths(Backends backends) {
        return new BackendHealths(backends);
    }

    @Bean
    BackgroundLoop backendHealthLoop(BackendHealths healths) {
        return new BackgroundLoop(
                "backend-health", Rhythm.every(LOOK_AT_BACKENDS_EVERY), healths::look);
    }

    @Bean
    Readiness backendReadiness(BackendHealths healths) {
        return new Readiness() {
            @Override
            public String name() {
                return "backend";
            }

            @Override
            public Optional<String> obstacle() {
                return healths.isAnyHealthy()
                        ? Optional.empty()
                        : Optional.of(
                                healths.statuses().stream()
                                        .map(status -> status.type() + ": " + status.reason())
                                        .collect(Collectors.joining("; ")));
            }
        };
    }
}
