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
 * @param deployment {@code TEMPORAL_DEPLOYMENT}: the name of the worker deployment this worker
 *     belongs to; blank for workers without versions
 * @param buildId {@code TEMPORAL_BUILD_ID}: which version of it this worker is
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
        @DefaultValue("") String deployment,
        @DefaultValue("") String buildId,
        @DefaultValue("50") @Min(1) int maxConcurrentActivities,
        @DefaultValue("2s") Duration retryDelay,
        @DefaultValue("8s") Duration stopTimeout) {

    // Temporal writes a version as <deployment>.<build>.
    private static final String DEPLOYMENT = "[A-Za-z0-9][A-Za-z0-9_-]{0,99}";
    private static final String BUILD_ID = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";

    public TemporalProperties {
        if (deployment.isBlank() != buildId.isBlank()) {
            throw new IllegalArgumentException(
                    "TEMPORAL_DEPLOYMENT and TEMPORAL_BUILD_ID belong together: set both or neither");
        }
        requireName("TEMPORAL_DEPLOYMENT", deployment, DEPLOYMENT, "'_' and '-'");
        requireName("TEMPORAL_BUILD_ID", buildId, BUILD_ID, "'.', '_' and '-'");
    }

    private static void requireName(String variable, String name, String pattern, String signs) {
        if (!name.isBlank() && !name.matches(pattern)) {
            throw new IllegalArgumentException(
                    variable
                            + " '"
                            + name
                            + "' must be 1 to 100 letters, digits, "
                            + signs
                            + ", beginning with a letter or digit");
        }
    }

    /** Whether workflows stay with the version of the worker that began them. */
    boolean isVersioned() {
        return !deployment.isBlank();
    }
}
