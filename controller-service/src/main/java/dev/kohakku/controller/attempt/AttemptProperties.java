package dev.kohakku.controller.attempt;

import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Attempts and their owners.
 *
 * @param callbackSigningKey {@code CALLBACK_SIGNING_KEY}: what terminal reports are signed with;
 *     the same in every Controller and dispatcher
 * @param grace how long past the start or run timeout an owner has to report the end it enforced
 *     itself: stop, kill and the log's tail fall into it
 */
@Validated
@ConfigurationProperties(prefix = "kohakku.attempt", ignoreUnknownFields = false)
public record AttemptProperties(
        @DefaultValue(DEFAULT_SIGNING_KEY) @NotBlank String callbackSigningKey,
        @DefaultValue("60s") Duration grace) {

    /** Works on one machine. */
    public static final String DEFAULT_SIGNING_KEY = "insecure-signing-key";

    public AttemptProperties {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("kohakku.attempt.grace must not be negative");
        }
    }

    /** Leaves out the key. */
    @Override
    public String toString() {
        return "AttemptProperties[grace=" + grace + "]";
    }
}
