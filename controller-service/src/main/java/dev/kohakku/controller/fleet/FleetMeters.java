package dev.kohakku.controller.fleet;

import dev.kohakku.common.telemetry.KeptReading;
import dev.kohakku.common.telemetry.Metrics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** How many dispatchers are how, as the database holds them: every replica shows the same. */
@Component
class FleetMeters {

    private static final Duration SERVES_FOR = Duration.ofSeconds(5);

    private static final List<String> STATES = List.of("live", "cordoned", "silent", "left");

    private static final Map<String, Long> NONE = Map.of();

    FleetMeters(DispatcherCountStore store, Clock clock, MeterRegistry meters) {
        var counts =
                new KeptReading<>(
                        "the number of dispatchers", clock, SERVES_FOR, NONE, store::counts);
        for (var state : STATES) {
            Gauge.builder(Metrics.DISPATCHERS, counts, each -> each.value().getOrDefault(state, 0L))
                    .tag(Metrics.STATE, state)
                    .register(meters);
        }
    }
}
