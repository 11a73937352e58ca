package dev.kohakku.dispatcher.agent;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What agents may do.
 *
 * @param mostResultSize of one result
 * @param mostUploads how many results are taken in at once
 * @param uploadPatience how long another one waits before it is told to try again
 * @param briefLinkValidity how long a brief's link works after the container was made
 * @param recordLife how long an attempt's record lives without its owner writing to it
 */
@ConfigurationProperties(value = "kohakku.agent", ignoreUnknownFields = false)
public record AgentSettings(
        @DefaultValue("1GB") DataSize mostResultSize,
        @DefaultValue("4") int mostUploads,
        @DefaultValue("10s") Duration uploadPatience,
        @DefaultValue("1h") Duration briefLinkValidity,
        @DefaultValue("1d") Duration recordLife) {

    public AgentSettings {
        if (mostResultSize.toBytes() < 1) {
            throw new IllegalArgumentException("kohakku.agent.most-result-size must be positive");
        }
        if (mostUploads < 1 || uploadPatience.isNegative()) {
            throw new IllegalArgumentException(
                    "kohakku.agent.most-uploads must be at least 1, .upload-patience not negative");
        }
        if (!briefLinkValidity.isPositive() || !recordLife.isPositive()) {
            throw new IllegalArgumentException(
                    "kohakku.agent.brief-link-validity and kohakku.agent.record-life must be positive");
        }
    }
}
