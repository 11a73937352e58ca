package dev.kohakku.dispatcher.recovery;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How containers nobody tracks are found.
 *
 * @param every how often the backends are looked at
 * @param grace how long a container must be dangling before the Controller is asked about it
 * @param askAgainAfter how long a container that belongs to another dispatcher is not asked about
 */
@ConfigurationProperties(value = "kohakku.reaper", ignoreUnknownFields = false)
public record ReaperSettings(
        @DefaultValue("15s") Duration every,
        @DefaultValue("60s") Duration grace,
        @DefaultValue("5m") Duration askAgainAfter) {

    public ReaperSettings {
        if (!every.isPositive() || grace.isNegative() || askAgainAfter.isNegative()) {
            throw new IllegalArgumentException(
                    "kohakku.reaper.every must be positive, .grace and .ask-again-after not negative");
        }
    }
}
