package dev.kohakku.controller.rescue;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When somebody else acts.
 *
 * @param lostAfter how long after its lease has expired a dispatcher's attempts are given up
 * @param unheardAfter the same while no dispatcher at all is heard, of one whose own address does
 *     not answer either: then the way to the Controllers may be cut, and not the dispatcher gone
 * @param lateAfter how long a live dispatcher has past the deadline of an attempt it owns, before
 *     the attempt is ended over its head; longer than the slowest flush of its log
 * @param unclaimedAfter how long an attempt may be on a queue before it is checked whether the
 *     queue still has it
 */
@ConfigurationProperties(prefix = "kohakku.rescue", ignoreUnknownFields = false)
public record RescueProperties(
        @DefaultValue("60s") Duration lostAfter,
        @DefaultValue("10m") Duration unheardAfter,
        @DefaultValue("15m") Duration lateAfter,
        @DefaultValue("30s") Duration unclaimedAfter) {

    public RescueProperties {
        if (lostAfter.isNegative() || !lateAfter.isPositive() || !unclaimedAfter.isPositive()) {
            throw new IllegalArgumentException(
                    "kohakku.rescue.lost-after must not be negative, and kohakku.rescue.late-after"
                            + " and kohakku.rescue.unclaimed-after must be longer than zero");
        }
        if (unheardAfter.compareTo(lostAfter) < 0) {
            throw new IllegalArgumentException(
                    "kohakku.rescue.unheard-after ("
                            + unheardAfter
                            + ") must not be shorter than kohakku.rescue.lost-after ("
                            + lostAfter
                            + ")");
        }
    }
}
