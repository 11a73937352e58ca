package dev.kohakku.common.architecture.samples.helper;

import java.time.Clock;
import java.time.Instant;
import java.util.Random;

/** Breaks rules on purpose: the proof that they can fail. */
public final class ClockManager {

    private final Random random = new Random();

    /** Breaks the rule of the clock. */
    public Instant byItself() {
        return Instant.now();
    }

    /** Breaks it, too. */
    public long inMilliseconds() {
        return System.currentTimeMillis() + random.nextInt();
    }

    /** Keeps it. */
    static final class Obedient {
        Instant byTheClock(Clock clock) {
            return Instant.now(clock).plusNanos(System.nanoTime());
        }
    }
}
