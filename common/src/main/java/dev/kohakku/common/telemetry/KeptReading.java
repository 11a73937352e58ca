package dev.kohakku.common.telemetry;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a meter shows that takes a query to know. One reading serves for a while, because a scrape
 * reads every meter and several scrapers come at about the same time; it goes on serving while its
 * source fails. Thread-safe.
 *
 * @param <T> immutable
 */
public final class KeptReading<T> {

    private static final Logger LOG = LoggerFactory.getLogger(KeptReading.class);

    private final String name;
    private final Clock clock;
    private final Duration servesFor;
    private final Supplier<T> source;
    private Instant readAt = Instant.EPOCH;
    private T value;

    /**
     * A reading that nobody has taken yet.
     *
     * @param name of what is read, for the log
     * @param first what it is until the source has answered once
     * @param source may block, and may fail
     */
    public KeptReading(String name, Clock clock, Duration servesFor, T first, Supplier<T> source) {
        this.name = name;
        this.clock = clock;
        this.servesFor = servesFor;
        this.value = first;
        this.source = source;
    }

    /** The reading; blocks for the source where the last one has served for long enough. */
    public synchronized T value() {
        var now = clock.instant();
        // why also when it lies ahead: the clock was set back.
        if (readAt.isAfter(now) || !now.isBefore(readAt.plus(servesFor))) {
            readAt = now;
            read();
        }
        return value;
    }

    private void read() {
        try {
            value = source.get();
        } catch (RuntimeException failed) {
            LOG.warn(
                    "{} cannot be read now, the last reading is shown: {}",
                    name,
                    failed.toString());
        }
    }
}
