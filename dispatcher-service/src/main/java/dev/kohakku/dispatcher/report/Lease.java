package dev.kohakku.dispatcher.report;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is known of this process's lease at the Controller. Thread-safe. */
public final class Lease {

    private final SteadyTime steady;
    private @Nullable Instant renewedAt;
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
    }

    /**
     * @param asked when the heartbeat was sent
     */
    synchronized void renewed(Instant asked) {
        renewedAt = asked;
    }

    /** The Controller does not know this process: it must check in again. Idempotent. */
    synchronized void lost() {
        renewedAt = null;
    }
}
