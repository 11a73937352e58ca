package dev.kohakku.dispatcher.report;

import java.time.Duration;
import java.time.Instant;

/** A lease that stays live until a test lets it lapse. */
public final class LiveLease {

    private LiveLease() {}

    public static Lease of(SteadyTime steady) {
        var lease = new Lease(steady);
        lease.granted(Duration.ofDays(1), Duration.ofDays(365), steady.now());
        return lease;
    }

    /** It is past its end, as after a pause. */
    public static void lapse(Lease lease) {
        lease.granted(Duration.ofDays(1), Duration.ZERO, Instant.EPOCH);
    }
}
