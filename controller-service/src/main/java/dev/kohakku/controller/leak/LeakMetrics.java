package dev.kohakku.controller.leak;

import dev.kohakku.common.telemetry.Metrics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * The ledger as meters. They show what the database holds, so every replica shows the same. What is
 * read serves for some seconds, and goes on serving while the database is away. Thread-safe; a read
 * may block for the query.
 */
@Component
class LeakMetrics {

    private static final Logger LOG = LoggerFactory.getLogger(LeakMetrics.class);

    /** One scrape reads every meter; several scrapers come at about the same time. */
    private static final Duration SERVES_FOR = Duration.ofSeconds(5);

    private final Leaks leaks;
    private final Clock clock;
    private Instant readAt = Instant.EPOCH;
    private Map<LeakKind, Long> open = Map.of();
    private double containerSeconds;

    LeakMetrics(Leaks leaks, Clock clock, MeterRegistry meters) {
        this.leaks = leaks;
        this.clock = clock;
        for (var kind : LeakKind.values()) {
            Gauge.builder(Metrics.LEAKS_OPEN, this, each -> each.open(kind))
                    .tag(Metrics.KIND, kind.name().toLowerCase(Locale.ROOT))
                    .register(meters);
        }
        FunctionCounter.builder(
                        Metrics.LEAKED_CONTAINER_SECONDS, this, LeakMetrics::containerSeconds)
                .register(meters);
    }

    private synchronized double open(LeakKind kind) {
        refresh();
        return open.getOrDefault(kind, 0L);
    }

    private synchronized double containerSeconds() {
        refresh();
        return containerSeconds;
    }

    private void refresh() {
        var now = clock.instant();
        // why also when it lies ahead: the clock was set back.
        if (!readAt.isAfter(now) && now.isBefore(readAt.plus(SERVES_FOR))) {
            return;
        }
        readAt = now;
        try {
            var counts = new EnumMap<LeakKind, Long>(LeakKind.class);
            leaks.open().forEach(each -> counts.put(each.kind(), each.count()));
            open = counts;
            // why never less: a leak that was counted until now may just have been resolved as of
            // some milliseconds ago, and a counter that falls counts as begun anew.
            containerSeconds = Math.max(containerSeconds, leaks.containerSeconds());
        } catch (DataAccessException | CannotCreateTransactionException away) {
            LOG.debug("the leaks cannot be counted now: {}", away.toString());
        }
    }
}
