package dev.kohakku.dispatcher.report;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Growing pauses between tries.
 *
 * @param first after the first failure
 * @param longest where they stop growing
 */
public record Pauses(Duration first, Duration longest) {

    /** The pause after so many failures in a row, from 1; up to a fifth of it is random. */
    public Duration after(int failures) {
        var nominal = first.toNanos() << Math.min(failures - 1, 20);
        var capped = Math.min(nominal <= 0 ? Long.MAX_VALUE : nominal, longest.toNanos());
        return Duration.ofNanos(
                (long) (capped * (0.8 + 0.2 * ThreadLocalRandom.current().nextDouble())));
    }
}
