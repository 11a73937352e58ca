package dev.kohakku.dispatcher.backend.ecs;

/** A quota as AWS keeps it: a bucket that fills by itself. Thread-safe. */
final class TestingBucket {

    private final double burst;
    private final double perSecond;
    private double tokens;
    private long filledAt = System.nanoTime();

    TestingBucket(ApiBucket quota, double factor) {
        this.burst = quota.burst() * factor;
        this.perSecond = quota.perSecond() * factor;
        this.tokens = burst;
    }

    synchronized boolean take() {
        var now = System.nanoTime();
        tokens = Math.min(burst, tokens + (now - filledAt) / 1e9 * perSecond);
        filledAt = now;
        if (tokens < 1) {
            return false;
        }
        tokens -= 1;
        return true;
    }
}
