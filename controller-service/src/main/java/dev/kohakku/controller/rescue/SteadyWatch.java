package dev.kohakku.controller.rescue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How long this process has been looking on without a gap. A gap is a start, a pause of the process
 * or a time without Postgres: dispatchers could not renew their leases then, and get the time to.
 * Not thread-safe.
 */
final class SteadyWatch {

    private final Clock clock;
    private final Duration gap;
    private Instant since;
    private @Nullable Instant lastLook;

    /**
     * @param gap between two looks, longer than that of the loop
     */
    SteadyWatch(Clock clock, Duration gap) {
        this.clock = clock;
        this.gap = gap;
        this.since = clock.instant();
    }

    /** Whether it has lasted so long. Call it before a look. */
    boolean hasLasted(Duration time) {
        var now = clock.instant();
        if (lastLook == null || lastLook.plus(gap).isBefore(now)) {
            since = now;
        }
        return !since.plus(time).isAfter(now);
    }

    /** A look has succeeded. */
    void looked() {
        lastLook = clock.instant();
    }
}
