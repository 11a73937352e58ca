package dev.kohakku.controller.deadletter;

import dev.kohakku.common.telemetry.KeptReading;
import dev.kohakku.common.telemetry.Metrics;
import dev.kohakku.controller.deadletter.DeadLetterStore.Open;
import dev.kohakku.controller.deadletter.DeadLetterView.Kind;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** How many dead letters are open, as the database holds them: every replica shows the same. */
@Component
class DeadLetterMetrics {

    private static final Duration SERVES_FOR = Duration.ofSeconds(15);

    DeadLetterMetrics(DeadLetterStore store, Clock clock, MeterRegistry meters) {
        var open =
                new KeptReading<List<Open>>(
                        "the dead letters", clock, SERVES_FOR, List.of(), store::open);
        for (var kind : Kind.values()) {
            Gauge.builder(Metrics.DEAD_LETTERS_OPEN, () -> countOf(open.value(), kind))
                    .tag(Metrics.KIND, kind.name().toLowerCase(Locale.ROOT))
                    .register(meters);
        }
    }

    private static long countOf(List<Open> open, Kind kind) {
        return open.stream().filter(each -> each.kind() == kind).mapToLong(Open::count).sum();
    }
}
