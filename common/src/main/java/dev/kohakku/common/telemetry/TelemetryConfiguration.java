package dev.kohakku.common.telemetry;

import io.micrometer.core.instrument.config.MeterFilter;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/** What every service needs to be observed. */
@AutoConfiguration(
        beforeName =
                "org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration")
class TelemetryConfiguration {

    /** More pools than a fleet has: a name that clients choose must not become a series each. */
    private static final int MOST_POOLS = 200;

    /** Records nothing, and passes on the trace of who calls. */
    @Bean
    @ConditionalOnProperty(name = TelemetryDefaults.TRACED, havingValue = "false")
    @ConditionalOnMissingBean
    OpenTelemetry untraced() {
        return OpenTelemetry.propagating(
                ContextPropagators.create(W3CTraceContextPropagator.getInstance()));
    }

    @Bean
    @ConditionalOnProperty(name = TelemetryDefaults.TRACED, havingValue = "false")
    Traces noTraces() {
        return Traces.OFF;
    }

    @Bean
    @ConditionalOnProperty(
            name = TelemetryDefaults.TRACED,
            havingValue = "true",
            matchIfMissing = true)
    Traces traces(OpenTelemetry telemetry) {
        return Traces.recordedBy(telemetry);
    }

    @Bean
    MeterFilter fewPools() {
        return MeterFilter.maximumAllowableTags(
                "kohakku", Metrics.POOL, MOST_POOLS, MeterFilter.deny());
    }
}
