package dev.kohakku.dispatcher.image;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How images are pulled.
 *
 * @param pullPolicy when
 * @param maxConcurrentPulls how many at once; {@code MAX_CONCURRENT_PULLS}
 * @param pullTimeout the deadline of one try
 * @param tries how often a pull that failed for now is tried in all
 * @param retryPause before the second try; doubled before each further one
 */
@Validated
@ConfigurationProperties(value = "kohakku.images", ignoreUnknownFields = false)
public record ImageSettings(
        @DefaultValue("if-not-present") PullPolicy pullPolicy,
        @Min(1) @DefaultValue("4") int maxConcurrentPulls,
        @DefaultValue("10m") Duration pullTimeout,
        @Min(1) @Max(20) @DefaultValue("4") int tries,
        @DefaultValue("1s") Duration retryPause) {

    public ImageSettings {
        if (pullTimeout.isNegative() || pullTimeout.isZero()) {
            throw new IllegalArgumentException(
                    "kohakku.images.pull-timeout must be positive, got " + pullTimeout);
        }
        if (retryPause.isNegative()) {
            throw new IllegalArgumentException(
                    "kohakku.images.retry-pause must not be negative, got " + retryPause);
        }
    }
}
