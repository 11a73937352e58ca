package dev.kohakku.common.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until a test moves it. Thread-safe. */
public final class TestingClock extends Clock {

    private final AtomicReference<Instant> now;

    public TestingClock(Instant now) {
        this.now = new AtomicReference<>(now);
    }

    /** At an arbitrary moment that is easy to read. */
    public TestingClock() {
        this(Instant.parse("2030-01-01T00:00:00Z"));
    }

    public void set(Instant moment) {
        now.set(moment);
    }

    /** Moves it, backwards by a negative duration. */
    public void advance(Duration by) {
        now.updateAndGet(moment -> moment.plus(by));
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return Clock.fixed(now.get(), zone);
    }
}
