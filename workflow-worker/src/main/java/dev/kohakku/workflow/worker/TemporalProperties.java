package dev.kohakku.workflow.worker;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The Temporal this worker polls.
 *
 * @param address {@code TEMPORAL_ADDRESS}: host and port
 * @param namespace {@code TEMPORAL_NAMESPACE}
 * @param taskQueue {@code TEMPORAL_TASK_QUEUE}: the same as the Controller's
 * @param maxConcurrentActivities how many calls of the Controller at once
 * @param retryDelay the pause between two tries to reach Temporal at the start
 * @param stopTimeout how long a stop waits for what is being worked on
 */
@Validated
@ConfigurationProperties(prefix = "kohakku.temporal", ignoreUnknownFields = false)
public record TemporalProperties(
        @DefaultValue("localhost:7233")
                @Pattern(
                        regexp = "[^\\s/]+:\\d{1,5}",
                        message = "TEMPORAL_ADDRESS must look like temporal:7233")
                String address,
        @DefaultValue("default") @NotBlank String namespace,
        @DefaultValue("kohakku") @NotBlank String taskQueue,
        @DefaultValue("50") @Min(1) int maxConcurrentActivities,
        @DefaultValue("2s") Duration retryDelay,
        @DefaultValue("8s") Duration stopTimeout) {}
