package dev.kohakku.common.loop;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When a loop runs its step.
 *
 * @param interval between the end of a round that left nothing waiting and the next, longer than
 *     zero
 * @param jitter the share of a pause that is random, from 0 to 1: with 0.1 a pause is between 90
 *     and 110 percent of its nominal length, so that replicas do not march in step
 * @param longestBackOff the most a pause grows to after failures in a row; each doubles it
 */
public record Rhythm(Duration interval, double jitter, Duration longestBackOff) {

    private static final double USUAL_JITTER = 0.1;
    private static final Duration USUAL_BACK_OFF = Duration.ofSeconds(30);

    public Rhythm {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("a loop's interval is longer than zero");
        }
        if (jitter < 0 || jitter > 1) {
            throw new IllegalArgumentException("jitter is from 0 to 1, got " + jitter);
        }
        if (longestBackOff.compareTo(interval) < 0) {
            throw new IllegalArgumentException(
                    "the longest back-off " + longestBackOff + " is shorter than " + interval);
        }
    }

    /** This interval with ten percent of jitter and a back-off up to 30 seconds. */
    public static Rhythm every(Duration interval) {
        return new Rhythm(
                interval,
                USUAL_JITTER,
                interval.compareTo(USUAL_BACK_OFF) > 0 ? interval : USUAL_BACK_OFF);
    }

    /**
     * The pause after so many failures in a row.
     *
     * @param failures 0 after a round that went well
     */
    Duration pause(int failures, RandomGenerator random) {
        var nominal = interval.toNanos();
        for (var i = 0; i < failures && nominal < longestBackOff.toNanos(); i++) {
            nominal = Math.multiplyExact(nominal, 2L);
        }
        nominal = Math.min(nominal, longestBackOff.toNanos());
        var factor = 1 + jitter * (2 * random.nextDouble() - 1);
        return Duration.ofNanos((long) (nominal * factor));
    }
}
