package dev.kohakku.controller.task;

import dev.kohakku.common.task.CompletionMode;
import dev.kohakku.common.task.PortMapping;
import dev.kohakku.common.task.RuntimeType;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /api/v1/tasks} as the OpenAPI document shows it. {@link TaskReader} reads
 * the fields itself, because it has to name every error; a test compares the two.
 */
@Schema(
        name = "NewTask",
        requiredProperties = {"name", "image"})
record NewTask(
        @Schema(description = "For people; 1 to 200 characters.") String name,
        @Schema(
                        description =
                                "What to run: [registry/]repository[:tag][@digest]. Optional for the target worker.")
                String image,
        @Schema(
                        description =
                                "Program and arguments; empty for the image's own. Required for the target worker.")
                List<String> command,
        @Schema(description = "For the agent; part of the brief.") String instructions,
        @Schema(description = "Any JSON object; part of the brief.") Map<String, Object> context,
        @Schema(description = "Slugs of registered skills.") List<String> skills,
        @Schema(description = "Names of registered configs.") List<String> configs,
        @Schema(
                        description =
                                "Names of stored secrets, given to the container as environment variables.")
                List<String> secrets,
        @Schema(description = "Environment variables; names beginning with KOHAKKU_ are reserved.")
                Map<String, String> env,
        @Schema(description = "Limits in the notation of Kubernetes.") Limits resources,
        @Schema(description = "Ports the container offers.") List<Port> ports,
        @Schema(description = "Where to run.") Target runtimeTarget,
        @Schema(
                        description = "From the container's start to its end.",
                        defaultValue = "3600",
                        minimum = "1",
                        maximum = "2592000")
                Integer timeoutSeconds,
        @Schema(
                        description = "From acceptance to a dispatcher's claim; none by default.",
                        minimum = "1",
                        maximum = "2592000")
                Integer queueTimeoutSeconds,
        @Schema(
                        description = "From the claim to the running container, pull included.",
                        defaultValue = "300",
                        minimum = "1",
                        maximum = "86400")
                Integer startTimeoutSeconds,
        @Schema(description = "After this moment the task ends wherever it stands.")
                Instant expiresAt,
        @Schema(
                        description = "How often it is tried at most.",
                        defaultValue = "1",
                        minimum = "1",
                        maximum = "20")
                Integer maxAttempts,
        @Schema(description = "9 goes first.", defaultValue = "5", minimum = "0", maximum = "9")
                Integer priority,
        @Schema(description = "For filtering; keys and values in the form of Kubernetes.")
                Map<String, String> labels,
        @Schema(description = "What decides that it has completed.", defaultValue = "exit_code")
                CompletionMode completion,
        @Schema(description = "Where the end is announced; http or https.") String callbackUrl) {

    static final NewTask EXAMPLE =
            new NewTask(
                    "hello",
                    "busybox:latest",
                    List.of("echo", "hello"),
                    "Say hello.",
                    Map.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    Map.of(),
                    new Limits("500m", "64Mi"),
                    List.of(),
                    new Target(RuntimeType.LOCAL, null),
                    3_600,
                    60,
                    300,
                    Instant.parse("2030-01-01T00:00:00Z"),
                    1,
                    5,
                    Map.of(),
                    CompletionMode.EXIT_CODE,
                    "https://example.org/ended");

    @Schema(name = "NewTaskResources")
    record Limits(
            @Schema(example = "500m") @Nullable String cpu,
            @Schema(example = "64Mi") @Nullable String memory) {}

    @Schema(name = "NewTaskPort")
    record Port(int containerPort, PortMapping.Protocol protocol) {}

    @Schema(name = "NewTaskRuntimeTarget")
    record Target(
            @Schema(allowableValues = {"local", "k8s", "ecs", "worker"}) RuntimeType type,
            @Nullable String namespace) {}
}
