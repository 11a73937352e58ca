package dev.kohakku.controller.attempt;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long a task waits before its next attempt. */
final class BackOff {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final double JITTER = 0.2;

    private BackOff() {}

    /**
     * A second after the first attempt, then twice as long each time up to a minute; up to a fifth
     * more or less, so that tasks that failed together do not come back together.
     */
    static Duration after(int attempt, RandomGenerator random) {
        var doublings = Math.min(attempt - 1, 6);
        var nominal = Math.min(FIRST.toMillis() << doublings, LONGEST.toMillis());
        return Duration.ofMillis((long) (nominal * (1 + JITTER * (2 * random.nextDouble() - 1))));
    }
}
