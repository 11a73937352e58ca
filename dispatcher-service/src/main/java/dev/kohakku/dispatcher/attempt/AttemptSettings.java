package dev.kohakku.dispatcher.attempt;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How attempts are run.
 *
 * @param maxRunning {@code MAX_RUNNING_TASKS}: how many at once
 * @param stopGrace between TERM and KILL
 * @param checkBackGrace how long a container may still run after its agent checked back, where the
 *     check-back decides
 * @param enginePatience how long a start is tried again while the engine fails for now
 * @param agentLookEvery how often an agent's record is looked at, for calls that other replicas
 *     answered
 */
@ConfigurationProperties(value = "kohakku.attempt", ignoreUnknownFields = false)
public record AttemptSettings(
        @DefaultValue("50") int maxRunning,
        @DefaultValue("10s") Duration stopGrace,
        @DefaultValue("30s") Duration checkBackGrace,
        @DefaultValue("15s") Duration enginePatience,
        @DefaultValue("1s") Duration agentLookEvery) {

    public AttemptSettings {
        if (maxRunning < 1) {
            throw new IllegalArgumentException(
                    "MAX_RUNNING_TASKS must be at least 1, got " + maxRunning);
        }
        if (stopGrace.isNegative() || checkBackGrace.isNegative() || enginePatience.isNegative()) {
            throw new IllegalArgumentException(
                    "kohakku.attempt.stop-grace, .check-back-grace and .engine-patience must not be negative");
        }
        if (!agentLookEvery.isPositive()) {
            throw new IllegalArgumentException("kohakku.attempt.agent-look-every must be positive");
        }
    }
}
