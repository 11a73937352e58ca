package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.telemetry.Metrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** Meters of starts. */
final class LaunchMetrics {

    /** Timer: from the delivery to the create request; tag {@link Metrics#BACKEND}. */
    static final String REQUEST_LATENCY = "kohakku.launch.request.latency";

    private LaunchMetrics() {}

    /** From the delivery to the running container. */
    static Timer started(MeterRegistry registry, String backend) {
        return Timer.builder(Metrics.START_LATENCY)
                .tag(Metrics.BACKEND, backend)
                .register(registry);
    }

    static Timer requested(MeterRegistry registry, String backend) {
        return Timer.builder(REQUEST_LATENCY).tag(Metrics.BACKEND, backend).register(registry);
    }
}
