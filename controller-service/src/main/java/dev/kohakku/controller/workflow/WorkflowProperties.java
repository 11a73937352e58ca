package dev.kohakku.controller.workflow;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where workflows run.
 *
 * @param temporalAddress {@code TEMPORAL_ADDRESS}: host and port
 * @param temporalNamespace {@code TEMPORAL_NAMESPACE}
 * @param taskQueue {@code TEMPORAL_TASK_QUEUE}: the one the workflow workers poll
 * @param requestTimeout how long one question to Temporal may take
 * @param interval how often due instances are looked for
 */
@Validated
@ConfigurationProperties(prefix = "kohakku.workflow", ignoreUnknownFields = false)
record WorkflowProperties(
        @DefaultValue("localhost:7233")
                @Pattern(
                        regexp = "[^\\s/]+:\\d{1,5}",
                        message = "TEMPORAL_ADDRESS must look like temporal:7233")
                String temporalAddress,
        @DefaultValue("default") @NotBlank String temporalNamespace,
        @DefaultValue("kohakku") @NotBlank String taskQueue,
        @DefaultValue("5s") Duration requestTimeout,
        @DefaultValue("250ms") Duration interval) {}
