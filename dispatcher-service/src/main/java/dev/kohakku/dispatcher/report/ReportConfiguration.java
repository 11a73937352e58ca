package dev.kohakku.dispatcher.report;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.common.telemetry.ClockWatch;
import dev.kohakku.common.telemetry.Metrics;
import dev.kohakku.common.wire.AttemptReports;
import dev.kohakku.common.wire.DispatcherRegistry;
import dev.kohakku.common.wire.Problems;
import dev.kohakku.common.wire.WireJson;
import dev.kohakku.dispatcher.identity.DispatcherIdentity;
import dev.kohakku.dispatcher.identity.DispatcherSettings;
import dev.kohakku.dispatcher.web.Readiness;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.observation.ObservationRegistry;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

@Configuration(proxyBeanMethods = false)
class ReportConfiguration {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    @Bean
    HttpServiceProxyFactory controllerCalls(
            ControllerSettings controller,
            DispatcherSettings dispatcher,
            ObservationRegistry observations,
            ControllerClock clock) {
        var http =
                HttpClient.newBuilder()
                        // why not 2: without TLS each new connection would first ask for an upgrade
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(controller.connectTimeout())
                        .executor(Executors.newVirtualThreadPerTaskExecutor())
                        .build();
        var requests = new JdkClientHttpRequestFactory(http);
        requests.setReadTimeout(controller.readTimeout());
        var client =
                RestClient.builder()
                        .baseUrl(controller.url().toString().replaceFirst("/+$", ""))
                        .requestFactory(requests)
                        .observationRegistry(observations)
                        .requestInterceptor(clock)
                        .defaultHeader(Problems.API_KEY_HEADER, dispatcher.apiKey())
                        .configureMessageConverters(converters ->
                                converters
                                        .registerDefaults()
                                        .withJsonConverter(
                                                new JacksonJsonHttpMessageConverter(
                                                        WireJson.mapperOfAnswers())))
                        .build();
        return HttpServiceProxyFactory.builderFor(RestClientAdapter.create(client)).build();
    }

    @Bean
    ControllerClock controllerClock(Clock clock, MeterRegistry meters) {
        return new ControllerClock(clock, new ClockWatch("the Controller", meters));
    }

    @Bean
    AttemptReports attemptReports(HttpServiceProxyFactory calls) {
        return calls.createClient(AttemptReports.class);
    }

    @Bean
    DispatcherRegistry dispatcherRegistry(HttpServiceProxyFactory calls) {
        return calls.createClient(DispatcherRegistry.class);
    }

    @Bean
    Pauses controllerPauses(ControllerSettings settings) {
        return new Pauses(FIRST_PAUSE, settings.longestPause());
    }

    @Bean
    SteadyTime steadyTime() {
        return SteadyTime.ofProcess();
    }

    @Bean
    MeterBinder leaseMeters(Lease lease) {
        return registry ->
                TimeGauge.builder(
                                Metrics.LEASE_AGE,
                                lease,
                                TimeUnit.MILLISECONDS,
                                held ->
                                        held.age()
                                                .map(age -> (double) age.toMillis())
                                                .orElse(Double.NaN))
                        .register(registry);
    }

    @Bean
    Lease lease(SteadyTime steady) {
        return new Lease(steady);
    }

    @Bean
    Cordon cordon() {
        return new Cordon();
    }

    @Bean
    Registration.Grants grants(Lease lease, Cordon cordon) {
        return new Registration.Grants(lease, cordon);
    }

    @Bean
    Inventories inventories(
            DispatcherRegistry controller, DispatcherIdentity identity, Lease lease) {
        return new Inventories(controller, identity, lease);
    }

    @Bean
    PrefetchReports prefetchReports(DispatcherRegistry controller, DispatcherIdentity identity) {
        return new PrefetchReports(controller, identity);
    }

    @Bean
    Claims claims(
            AttemptReports controller,
            DispatcherIdentity identity,
            Lease lease,
            Pauses pauses,
            MeterRegistry meters) {
        return new Claims(controller, identity, lease, pauses, meters);
    }

    @Bean
    Reports reports(
            AttemptReports controller,
            Claims claims,
            DispatcherSettings settings,
            Pauses pauses,
            Clock clock,
            MeterRegistry meters) {
        return new Reports(controller, claims, settings.signingKey(), pauses, clock, meters);
    }

    @Bean
    Registration.Terms terms(
            Registration.Intake intake, ObjectProvider<BuildProperties> build, Pauses pauses) {
        var known = build.getIfAvailable();
        var version = known == null ? null : known.getVersion();
        return new Registration.Terms(intake, version == null ? "unknown" : version, pauses);
    }

    @Bean
    Registration registration(
            DispatcherRegistry controller,
            DispatcherIdentity identity,
            Registration.Terms terms,
            Registration.Grants grants,
            DispatcherStatus status,
            Orders orders,
            SteadyTime steady) {
        return new Registration(controller, identity, terms, grants, status, orders, steady);
    }

    @Bean
    BackgroundLoop registrationLoop(Registration registration) {
        return new BackgroundLoop("registration", Rhythm.every(LOOK_EVERY), registration::step);
    }

    @Bean
    Readiness controllerReadiness(Lease lease) {
        return new Readiness() {
            @Override
            public String name() {
                return "controller";
            }

            @Override
            public Optional<String> obstacle() {
                return lease.isLive()
                        ? Optional.empty()
                        : Optional.of(
                                lease.isCheckedIn()
                                        ? "the Controller has not answered a heartbeat lately"
                                        : "not checked in at the Controller yet");
            }
        };
    }
}
