package dev.kohakku.dispatcher.report;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of this process's lease at the Controller. Thread-safe. */
public final class Lease {

    private final SteadyTime steady;
    private @Nullable Instant renewedAt;

    /** Since when it has been live without a gap, while it is live. */
    private Instant unbrokenSince = Instant.EPOCH;

    private Duration length = Duration.ZERO;
    private Duration heartbeatEvery = Duration.ZERO;

    public Lease(SteadyTime steady) {
        this.steady = steady;
    }

    /** Whether the Controller knows this process, as far as it has said. */
    public synchronized boolean isCheckedIn() {
        return renewedAt != null;
    }

    /** Whether it was renewed within its length: the Controller is there and counts on us. */
    public synchronized boolean isLive() {
        return renewedAt != null && steady.now().isBefore(renewedAt.plus(length));
    }

    /**
     * Whether it is live and has been since then, without a gap in which somebody else may have got
     * what was ours. A check-in counts as a gap: it says nothing of what was held before.
     */
    public synchronized boolean isUnbrokenSince(Instant moment) {
        return isLive() && !moment.isBefore(unbrokenSince);
    }

    /** Since when it was not renewed; empty while the Controller does not know this process. */
    public synchronized Optional<Duration> age() {
        return Optional.ofNullable(renewedAt).map(at -> Duration.between(at, steady.now()));
    }

    synchronized boolean isDue() {
        return renewedAt == null || !steady.now().isBefore(renewedAt.plus(heartbeatEvery));
    }

    /**
     * @param asked when the call was made: the Controller counts from somewhere between that and
     *     its answer, and a process that was paused meanwhile must not count from the end of it
     */
    synchronized void granted(Duration every, Duration lease, Instant asked) {
        heartbeatEvery = every;
        length = lease;
        renewedAt = asked;
        unbrokenSince = asked;
    }

    /**
     * @param asked when the heartbeat was sent
     */
    synchronized void renewed(Instant asked) {
        if (renewedAt == null || !asked.isBefore(renewedAt.plus(length))) {
            unbrokenSince = asked;
        }
        renewedAt = asked;
    }

    /** The Controller does not know this process: it must check in again. Idempotent. */
    synchronized void lost() {
        renewedAt = null;
    }
}
