package dev.kohakku.dispatcher.report;

import java.time.Clock;
import java.time.Duration;

/** A lease that stays live. */
public final class LiveLease {

    private LiveLease() {}

    public static Lease of(Clock clock) {
        var lease = new Lease(clock::instant);
        lease.granted(Duration.ofDays(1), Duration.ofDays(365));
        return lease;
    }
}
