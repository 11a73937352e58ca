package dev.kohakku.dispatcher.backend.ecs;

import dev.kohakku.common.task.CpuQuantity;
import dev.kohakku.common.task.ImageReference;
import dev.kohakku.common.task.MemoryQuantity;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The ECS cluster and what tasks on it get. What can never work is refused when the backend is
 * opened, by {@link EcsRules}: whoever does not serve {@code ecs} needs none of these.
 *
 * @param region such as {@code eu-central-1}; empty for the SDK's own sources ({@code AWS_REGION},
 *     profile, instance)
 * @param cluster its name or ARN
 * @param network where tasks get their addresses
 * @param roles what tasks may do
 * @param placement what tasks run on
 * @param logs where output goes
 * @param stopTimeout between TERM and KILL; ECS keeps it in the task definition, in whole seconds
 * @param requestTimeout how long AWS may take for a request
 * @param pollInterval between two looks at the tasks that are watched; longer by itself where there
 *     are so many that half the quota would not do
 * @param quotaFactor the account's API quotas as a multiple of the published ones
 * @param registries credentials of private registries that are not ECR
 * @param endpoints addresses other than AWS's own
 */
@Validated
@ConfigurationProperties(value = "kohakku.ecs", ignoreUnknownFields = false)
public record EcsSettings(
        @DefaultValue("") String region,
        @DefaultValue("") String cluster,
        @Valid @DefaultValue Network network,
        @Valid @DefaultValue Roles roles,
        @Valid @DefaultValue Placement placement,
        @Valid @DefaultValue Logs logs,
        @NotNull @DefaultValue("10s") Duration stopTimeout,
        @NotNull @DefaultValue("10s") Duration requestTimeout,
        @NotNull @DefaultValue("2s") Duration pollInterval,
        @DefaultValue("1.0") double quotaFactor,
        @DefaultValue List<@Valid Registry> registries,
        @Valid @DefaultValue Endpoints endpoints) {

    public EcsSettings {
        registries = List.copyOf(registries);
        requireWithin("kohakku.ecs.stop-timeout", stopTimeout, Duration.ofSeconds(1), minutes(2));
        requireWithin(
                "kohakku.ecs.request-timeout", requestTimeout, Duration.ofSeconds(1), minutes(2));
        requireWithin("kohakku.ecs.poll-interval", pollInterval, Duration.ofMillis(50), minutes(1));
        if (!(quotaFactor >= 0.01 && quotaFactor <= 100)) {
            throw new IllegalArgumentException(
                    "kohakku.ecs.quota-factor must be from 0.01 to 100, got " + quotaFactor);
        }
    }

    /** Where the credentials for an image's registry are; empty where none are needed. */
    Optional<String> secretFor(ImageReference image) {
        return registries.stream()
                .filter(registry -> registry.address().equals(image.registryAddress()))
                .map(Registry::secret)
                .findFirst();
    }

    private static Duration minutes(int number) {
        return Duration.ofMinutes(number);
    }

    private static void requireWithin(String key, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "%s must be from %s to %s, got %s".formatted(key, least, most, value));
        }
    }

    /**
     * Where tasks get their addresses; each has a network interface of its own ({@code awsvpc}).
     *
     * @param subnets at least one
     * @param securityGroups none for the VPC's default
     * @param assignPublicIp whether tasks get a public address: in a subnet without NAT they can
     *     pull no image otherwise
     */
    public record Network(
            @DefaultValue List<String> subnets,
            @DefaultValue List<String> securityGroups,
            @DefaultValue("false") boolean assignPublicIp) {

        public Network {
            subnets = List.copyOf(subnets);
            securityGroups = List.copyOf(securityGroups);
        }
    }

    /**
     * What tasks may do.
     *
     * @param execution what ECS may do to start a task: pull from ECR, write to CloudWatch; empty
     *     for none
     * @param task what the program itself may do; empty for nothing
     */
    public record Roles(@DefaultValue("") String execution, @DefaultValue("") String task) {}

    /**
     * What tasks run on.
     *
     * @param launchType unless capacity providers are named
     * @param capacityProviders instead of a launch type
     * @param platformVersion Fargate's; empty for its latest
     * @param architecture of the images
     * @param cpu what a task gets that asks for none
     * @param memory what a task gets that asks for none
     */
    public record Placement(
            @NotNull @DefaultValue("FARGATE") LaunchType launchType,
            @DefaultValue List<@Valid CapacityProvider> capacityProviders,
            @DefaultValue("") String platformVersion,
            @NotNull @DefaultValue("X86_64") Architecture architecture,
            @NotBlank @DefaultValue("250m") String cpu,
            @NotBlank @DefaultValue("512Mi") String memory) {

        public Placement {
            capacityProviders = List.copyOf(capacityProviders);
            require("kohakku.ecs.placement.cpu", () -> CpuQuantity.parse(cpu));
            require("kohakku.ecs.placement.memory", () -> MemoryQuantity.parse(memory));
        }

        private static void require(String key, Runnable parse) {
            try {
                parse.run();
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
            }
        }

        /** Whether Fargate runs the tasks, so that its sizes and its own quota apply. */
        boolean isFargate() {
            return capacityProviders.isEmpty()
                    ? launchType == LaunchType.FARGATE
                    : capacityProviders.stream().allMatch(CapacityProvider::isFargate);
        }
    }

    /** Who has the machines. */
    public enum LaunchType {
        /** AWS. */
        FARGATE,
        /** The cluster's container instances. */
        EC2
    }

    /** What images are built for. */
    public enum Architecture {
        X86_64,
        ARM64
    }

    /**
     * A part of the strategy by which ECS spreads tasks.
     *
     * @param name such as {@code FARGATE_SPOT}; the cluster must know it
     * @param weight its share, against the others'
     * @param base how many tasks it gets before weights count
     */
    public record CapacityProvider(
            @NotBlank String name,
            @Min(0) @Max(1000) @DefaultValue("1") int weight,
            @Min(0) @Max(100_000) @DefaultValue("0") int base) {

        private boolean isFargate() {
            return name.equals("FARGATE") || name.equals("FARGATE_SPOT");
        }
    }

    /**
     * Where output goes.
     *
     * @param group a log group of CloudWatch that exists; empty to keep no output at all
     * @param prefix of the names of streams
     * @param settle how long after a task's end nothing more may come before its output counts as
     *     whole: CloudWatch takes its time
     */
    public record Logs(
            @DefaultValue("") String group,
            @NotBlank @DefaultValue("kohakku") String prefix,
            @NotNull @DefaultValue("5s") Duration settle) {

        public Logs {
            requireWithin("kohakku.ecs.logs.settle", settle, Duration.ofMillis(50), minutes(5));
        }

        boolean areKept() {
            return !group.isEmpty();
        }
    }

    /**
     * Credentials of a registry, where ECS itself can read them.
     *
     * @param address host and port as in image references; {@code docker.io} for Docker Hub
     * @param secret ARN of a secret in AWS Secrets Manager
     */
    public record Registry(@NotBlank String address, @NotBlank String secret) {}

    /**
     * Addresses other than AWS's own, as for a private endpoint or an imitation.
     *
     * @param ecs empty for the region's
     * @param logs empty for the region's
     * @param ec2 empty for the region's
     * @param iam empty for AWS's
     */
    public record Endpoints(
            @DefaultValue("") String ecs,
            @DefaultValue("") String logs,
            @DefaultValue("") String ec2,
            @DefaultValue("") String iam) {}
}
