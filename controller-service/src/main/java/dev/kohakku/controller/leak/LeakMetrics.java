package dev.kohakku.controller.leak;

import dev.kohakku.common.telemetry.KeptReading;
import dev.kohakku.common.telemetry.Metrics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * The ledger as meters. They show what the database holds, so every replica shows the same.
 * Thread-safe; a read may block for the query.
 */
@Component
class LeakMetrics {

    private static final Duration SERVES_FOR = Duration.ofSeconds(5);

    private final Leaks leaks;
    private final KeptReading<Ledger> ledger;

    /** Guarded by the reading. */
    private double greatest;

    LeakMetrics(Leaks leaks, Clock clock, MeterRegistry meters) {
        this.leaks = leaks;
        this.ledger =
                new KeptReading<>(
                        "the leak ledger", clock, SERVES_FOR, new Ledger(Map.of(), 0), this::read);
        for (var kind : LeakKind.values()) {
            Gauge.builder(Metrics.LEAKS_OPEN, ledger, each -> each.value().open(kind))
                    .tag(Metrics.KIND, kind.name().toLowerCase(Locale.ROOT))
                    .register(meters);
        }
        FunctionCounter.builder(
                        Metrics.LEAKED_CONTAINER_SECONDS,
                        ledger,
                        each -> each.value().containerSeconds())
                .register(meters);
    }

    private Ledger read() {
        var open = new EnumMap<LeakKind, Long>(LeakKind.class);
        leaks.open().forEach(each -> open.put(each.kind(), each.count()));
        // why never less: a leak that was counted until now may just have been resolved as of
        // some milliseconds ago, and a counter that falls counts as begun anew.
        greatest = Math.max(greatest, leaks.containerSeconds());
        return new Ledger(open, greatest);
    }

    /** What the ledger held when it was read. */
    private record Ledger(Map<LeakKind, Long> open, double containerSeconds) {

        long open(LeakKind kind) {
            return open.getOrDefault(kind, 0L);
        }
    }
}
