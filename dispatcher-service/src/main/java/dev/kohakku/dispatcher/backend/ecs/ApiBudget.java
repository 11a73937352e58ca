package dev.kohakku.dispatcher.backend.ecs;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * How often one bucket's actions may be called: the published quota to begin with, and what
 * throttling has taught since. Whoever else uses the account takes from the same bucket, so each
 * throttle halves the rate; each success brings some of it back, never above the quota. Callers get
 * their turn in the order they came. Thread-safe.
 */
final class ApiBudget {

    /** A tenth of a full bucket is left to the jitter of the network: calls that bunch up. */
    private static final double USED_OF_BURST = 0.9;

    /** What a success brings back, in calls a second: half a quota within ten seconds or so. */
    private static final double CREEP = 0.05;

    private static final double LEAST = 1.0 / 64;
    private static final double NANOS = 1_000_000_000.0;

    private final ReentrantLock turn = new ReentrantLock(true);
    private final double most;
    private final double burst;
    private final LongSupplier nanos;
    private final Pause pause;
    private double rate;
    private double tokens;
    private long filledAt;
    private long cutAt;
    private long throttles;

    /** Lets time pass. */
    @FunctionalInterface
    interface Pause {
        void of(Duration time) throws InterruptedException;
    }

    ApiBudget(ApiBucket bucket, double factor) {
        this(bucket, factor, System::nanoTime, Thread::sleep);
    }

    ApiBudget(ApiBucket bucket, double factor, LongSupplier nanos, Pause pause) {
        this.most = bucket.perSecond() * factor;
        this.burst = Math.max(1, bucket.burst() * factor * USED_OF_BURST);
        this.nanos = nanos;
        this.pause = pause;
        this.rate = most;
        this.tokens = burst;
        this.filledAt = nanos.getAsLong();
        this.cutAt = filledAt - 1;
    }

    /**
     * Waits for the caller's turn to make one call.
     *
     * @return when it got it, for {@link #throttled}
     */
    long acquire() throws InterruptedException {
        turn.lockInterruptibly();
        try {
            for (var wait = take(); !wait.isZero(); wait = take()) {
                pause.of(wait);
            }
            return nanos.getAsLong();
        } finally {
            turn.unlock();
        }
    }

    /** Takes a call, or answers how long there is none. */
    private synchronized Duration take() {
        var now = nanos.getAsLong();
        tokens = Math.min(burst, tokens + (now - filledAt) / NANOS * rate);
        filledAt = now;
        if (tokens >= 1) {
            tokens -= 1;
            return Duration.ZERO;
        }
        return Duration.ofNanos(1 + (long) ((1 - tokens) / rate * NANOS));
    }

    /** The call was not made after all. */
    synchronized void giveBack() {
        tokens = Math.min(burst, tokens + 1);
    }

    /** The call was let through. */
    synchronized void succeeded() {
        rate = Math.min(most, rate + CREEP);
    }

    /**
     * The call was throttled.
     *
     * @param acquiredAt of the call: those that were under way at the last cut teach nothing new
     */
    synchronized void throttled(long acquiredAt) {
        throttles++;
        tokens = Math.min(tokens, 0);
        if (acquiredAt - cutAt > 0) {
            rate = Math.max(Math.min(most, LEAST), rate / 2);
            cutAt = nanos.getAsLong();
        }
    }

    /** Calls a second, as learned. */
    synchronized double rate() {
        return rate;
    }

    /** How often a call was throttled so far. */
    synchronized long throttles() {
        return throttles;
    }
}
