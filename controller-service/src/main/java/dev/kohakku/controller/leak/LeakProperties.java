package dev.kohakku.controller.leak;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When a difference is a leak, and what follows.
 *
 * @param reportAfter how old it must be to be shown: containers outlive their attempts by a moment
 * @param destroyAfter how long a container has been dangling when its destruction is ordered
 * @param unknownGrace the same for a container whose task or attempt is not known: the database may
 *     have been emptied or restored
 * @param dryRun whether nothing is ordered
 */
@ConfigurationProperties(prefix = "kohakku.leak", ignoreUnknownFields = false)
public record LeakProperties(
        @DefaultValue("30s") Duration reportAfter,
        @DefaultValue("60s") Duration destroyAfter,
        @DefaultValue("24h") Duration unknownGrace,
        @DefaultValue("false") boolean dryRun) {

    public LeakProperties {
        if (reportAfter.isNegative() || destroyAfter.compareTo(reportAfter) < 0) {
            throw new IllegalArgumentException(
                    "kohakku.leak.destroy-after must not be shorter than kohakku.leak.report-after, which must not be negative: what is destroyed was reported before");
        }
        if (unknownGrace.compareTo(destroyAfter) < 0) {
            throw new IllegalArgumentException(
                    "kohakku.leak.unknown-grace must not be shorter than kohakku.leak.destroy-after");
        }
    }
}
