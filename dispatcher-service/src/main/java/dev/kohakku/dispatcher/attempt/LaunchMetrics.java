package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.telemetry.Histograms;
import dev.kohakku.common.telemetry.Metrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;

/** Meters of starts. */
final class LaunchMetrics {

    private LaunchMetrics() {}

    /** From the delivery to the running container. */
    static Timer started(MeterRegistry registry, String backend) {
        return Histograms.wait(registry, Metrics.START_LATENCY, Tags.of(Metrics.BACKEND, backend));
    }

    /** From the delivery to the create request. */
    static Timer requested(MeterRegistry registry, String backend) {
        return Histograms.wait(
                registry, Metrics.LAUNCH_REQUEST_LATENCY, Tags.of(Metrics.BACKEND, backend));
    }
}
