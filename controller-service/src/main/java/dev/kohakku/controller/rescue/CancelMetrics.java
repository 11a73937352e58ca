package dev.kohakku.controller.rescue;

import dev.kohakku.common.telemetry.KeptReading;
import dev.kohakku.common.telemetry.Metrics;
import dev.kohakku.controller.task.Deadlines;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** How many cancels are an alarm, as the database holds them: every replica shows the same. */
@Component
class CancelMetrics {

    private static final Duration SERVES_FOR = Duration.ofSeconds(5);

    CancelMetrics(OverdueStore store, Clock clock, MeterRegistry meters) {
        var overdue =
                new KeptReading<Long>(
                        "the number of overdue cancels",
                        clock,
                        SERVES_FOR,
                        0L,
                        () -> store.cancelsOlderThan(Deadlines.CANCELLING));
        Gauge.builder(Metrics.CANCELS_OVERDUE, overdue::value).register(meters);
    }
}
