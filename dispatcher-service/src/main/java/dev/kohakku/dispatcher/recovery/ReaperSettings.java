package dev.kohakku.dispatcher.recovery;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How containers nobody tracks are found.
 *
 * @param every how often the backends are searched and the Controller is told what is there
 */
@ConfigurationProperties(value = "kohakku.reaper", ignoreUnknownFields = false)
public record ReaperSettings(@DefaultValue("15s") Duration every) {

    public ReaperSettings {
        if (!every.isPositive()) {
            throw new IllegalArgumentException("kohakku.reaper.every must be positive");
        }
    }
}
