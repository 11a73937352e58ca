package dev.kohakku.common.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far this process's clock is from another one that it is compared with, and a warning in the
 * log when that begins or ends to be too far. What was on the way for how long is allowed for: only
 * what is certainly too far counts. Thread-safe.
 */
public final class ClockWatch {

    /**
     * Leases and deadlines are judged by Postgres' clock alone; what people read, and how long
     * signed links and requests are valid, is not.
     */
    public static final Duration MOST = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(ClockWatch.class);

    private final String other;
    private @Nullable Duration offset;
    private boolean off;

    /**
     * @param other whose clock it is compared with, such as {@code Postgres}
     */
    public ClockWatch(String other, MeterRegistry meters) {
        this.other = other;
        Gauge.builder(Metrics.CLOCK_OFFSET, this, ClockWatch::seconds)
                .baseUnit("seconds")
                .register(meters);
    }

    /**
     * The other clock was read.
     *
     * @param asked when, by ours, the question was sent
     * @param told what the other one showed
     * @param vague how much later than {@code told} it may have been, as of a clock read in seconds
     * @param answered when, by ours, the answer was there
     */
    public synchronized void compared(
            Instant asked, Instant told, Duration vague, Instant answered) {
        var doubt = Duration.between(asked, answered).abs().plus(vague).dividedBy(2);
        if (doubt.compareTo(MOST) >= 0) {
            // why: an answer that took so long says nothing.
            return;
        }
        var middle = asked.plus(Duration.between(asked, answered).dividedBy(2));
        var measured = Duration.between(told.plus(vague.dividedBy(2)), middle);
        offset = measured;
        // why half: an offset near the limit would be told as beginning and ending in turn.
        var limit = off ? MOST.dividedBy(2) : MOST;
        var far = measured.abs().minus(doubt).compareTo(limit) > 0;
        if (far && !off) {
            log.warn(
                    "{} Keep both on time, by NTP for example: moments in logs and answers are"
                            + " wrong, and signed requests may be refused.",
                    sentence(measured));
        } else if (!far && off) {
            log.info("This machine's clock agrees with that of {} again.", other);
        }
        off = far;
    }

    /** What is wrong, in words; empty while the clocks agree, or before they were compared. */
    public synchronized Optional<String> obstacle() {
        var measured = offset;
        return off && measured != null ? Optional.of(sentence(measured)) : Optional.empty();
    }

    private String sentence(Duration measured) {
        return "This machine's clock is %.1f s %s that of %s; at most %d s are allowed."
                .formatted(
                        measured.abs().toMillis() / 1000.0,
                        measured.isNegative() ? "behind" : "ahead of",
                        other,
                        MOST.toSeconds());
    }

    private synchronized double seconds() {
        var measured = offset;
        return measured == null ? Double.NaN : measured.toMillis() / 1000.0;
    }
}
