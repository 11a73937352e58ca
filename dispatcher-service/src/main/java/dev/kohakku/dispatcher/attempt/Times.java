package dev.kohakku.dispatcher.attempt;

import dev.kohakku.dispatcher.report.SteadyTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * The two times of an attempt on this machine. Moments by the wall clock are turned into steady
 * ones once, when they are learned: a step of the wall clock afterwards fires no deadline and holds
 * none up.
 *
 * @param clock for what is told to others
 * @param steady for what is due
 */
record Times(Clock clock, SteadyTime steady) {

    /** The steady moment of one that has passed; where the clocks say it has not, now. */
    Instant ofPast(Instant moment) {
        var elapsed = Duration.between(moment, clock.instant());
        return steady.now().minus(elapsed.isNegative() ? Duration.ZERO : elapsed);
    }
}
