package dev.kohakku.workflow.metrics;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where this process shows its metrics.
 *
 * @param address {@code METRICS_ADDRESS}: empty for all of the machine's
 * @param port {@code METRICS_PORT}: 0 for any that is free, which the log names; -1 for none
 */
@Validated
@ConfigurationProperties(prefix = "kohakku.metrics", ignoreUnknownFields = false)
record MetricsProperties(
        @DefaultValue("") String address, @DefaultValue("8090") @Min(-1) @Max(65_535) int port) {}
