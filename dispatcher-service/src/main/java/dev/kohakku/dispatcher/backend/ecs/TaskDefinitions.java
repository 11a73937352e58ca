package dev.kohakku.dispatcher.backend.ecs;

import dev.kohakku.dispatcher.backend.ContainerSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.Compatibility;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.LogConfiguration;
import software.amazon.awssdk.services.ecs.model.LogDriver;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.PortMapping;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionStatus;

/**
 * The task definitions of what is run, each registered once: its family is named after the hash of
 * its content, so that whoever needs it next finds it. It holds what an operator or an image
 * decides, and the first word of a command; nothing of one task alone, and no secret. Thread-safe.
 */
final class TaskDefinitions {

    /** Raised when what is made of the same content changes. */
    private static final String VERSION = "1";

    /** What another dispatcher registers at the same moment is there by then. */
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final EcsApi api;
    private final EcsSettings settings;
    private final Map<String, String> known = new ConcurrentHashMap<>();
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    TaskDefinitions(EcsApi api, EcsSettings settings) {
        this.api = api;
        this.settings = settings;
    }

    /** The definition for this container, registered if nobody has yet; its ARN. */
    String of(ContainerSpec spec) throws InterruptedException {
        var family = familyOf(spec);
        var found = known.get(family);
        if (found != null) {
            return found;
        }
        // why one at a time: whoever comes second finds what the first has registered.
        var lock = locks.computeIfAbsent(family, _ -> new ReentrantLock());
        lock.lockInterruptibly();
        try {
            found = known.get(family);
            if (found == null) {
                found = foundOrRegistered(family, spec);
                known.put(family, found);
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    /** The definition was taken away by somebody: the next caller registers it anew. */
    void forget(ContainerSpec spec) {
        known.remove(familyOf(spec));
    }

    /** The name of all definitions of this content. */
    String familyOf(ContainerSpec spec) {
        var content = new ArrayList<String>();
        content.add(VERSION);
        content.add(spec.image().toString());
        content.add(String.join("\u0000", entryPoint(spec)));
        content.add(spec.ports().toString());
        content.add(settings.roles().toString());
        content.add(settings.placement().isFargate() + " " + settings.placement().architecture());
        content.add(TaskSize.defaults(settings.placement()).toString());
        content.add(settings.stopTimeout().toString());
        content.add(settings.logs().group() + " " + settings.logs().prefix());
        content.add(settings.region());
        content.add(settings.secretFor(spec.image()).orElse(""));
        var hash = EcsTags.sha256(String.join("\n", content));
        return "kohakku-" + HexFormat.of().formatHex(hash, 0, 16);
    }

    private String foundOrRegistered(String family, ContainerSpec spec)
            throws InterruptedException {
        while (true) {
            var registered = registered(family);
            if (registered.isEmpty()) {
                registered = register(family, spec);
            }
            if (registered.isPresent()) {
                return registered.get();
            }
            Thread.sleep(PAUSE);
        }
    }

    private Optional<String> registered(String family) throws InterruptedException {
        return api.ecs(
                ApiBucket.DEFINITION_READ,
                "DescribeTaskDefinition",
                client -> describe(client, family));
    }

    private static Optional<String> describe(EcsClient client, String family) {
        try {
            var found = client.describeTaskDefinition(request -> request.taskDefinition(family));
            return Optional.of(found.taskDefinition())
                    .filter(definition -> definition.status() == TaskDefinitionStatus.ACTIVE)
                    .map(definition -> definition.taskDefinitionArn());
        } catch (ClientException missing) {
            // why only these words: other errors of the kind say nothing about the definition.
            if (String.valueOf(missing.getMessage()).contains("Unable to describe")) {
                return Optional.empty();
            }
            throw missing;
        }
    }

    private Optional<String> register(String family, ContainerSpec spec)
            throws InterruptedException {
        var request = requestOf(family, spec);
        return api.ecs(
                ApiBucket.DEFINITION_MODIFY,
                "RegisterTaskDefinition",
                client -> register(client, request));
    }

    /** Empty where another dispatcher does the same at this moment. */
    private static Optional<String> register(
            EcsClient client, RegisterTaskDefinitionRequest request) {
        try {
            var made = client.registerTaskDefinition(request);
            return Optional.of(made.taskDefinition().taskDefinitionArn());
        } catch (ClientException refused) {
            if (String.valueOf(refused.getMessage()).contains("Too many concurrent attempts")) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    private RegisterTaskDefinitionRequest requestOf(String family, ContainerSpec spec) {
        var size = TaskSize.defaults(settings.placement());
        var architecture = settings.placement().architecture().name();
        return RegisterTaskDefinitionRequest.builder()
                .family(family)
                .networkMode(NetworkMode.AWSVPC)
                .requiresCompatibilities(
                        settings.placement().isFargate()
                                ? Compatibility.FARGATE
                                : Compatibility.EC2)
                .runtimePlatform(platform ->
                        platform.cpuArchitecture(architecture).operatingSystemFamily("LINUX"))
                .cpu("" + size.cpu())
                .memory("" + size.memory())
                .executionRoleArn(nullWhenEmpty(settings.roles().execution()))
                .taskRoleArn(nullWhenEmpty(settings.roles().task()))
                .containerDefinitions(containerOf(spec))
                .build();
    }

    private ContainerDefinition containerOf(ContainerSpec spec) {
        var container =
                ContainerDefinition.builder()
                        .name(EcsTask.CONTAINER)
                        .image(spec.image().toString())
                        .essential(true)
                        .stopTimeout((int) Math.max(1, settings.stopTimeout().toSeconds()))
                        .portMappings(spec.ports().stream().map(TaskDefinitions::portOf).toList());
        var entryPoint = entryPoint(spec);
        if (!entryPoint.isEmpty()) {
            container.entryPoint(entryPoint);
        }
        settings.secretFor(spec.image())
                .ifPresent(secret ->
                        container.repositoryCredentials(
                                credentials -> credentials.credentialsParameter(secret)));
        if (settings.logs().areKept()) {
            container.logConfiguration(logConfiguration());
        }
        return container.build();
    }

    private LogConfiguration logConfiguration() {
        var options = new HashMap<String, String>();
        options.put("awslogs-group", settings.logs().group());
        options.put("awslogs-stream-prefix", settings.logs().prefix());
        // why: the other mode drops lines where CloudWatch is slow.
        options.put("mode", "blocking");
        options.put("awslogs-region", api.region());
        return LogConfiguration.builder().logDriver(LogDriver.AWSLOGS).options(options).build();
    }

    private static PortMapping portOf(dev.kohakku.common.task.PortMapping port) {
        return PortMapping.builder()
                .containerPort(port.containerPort())
                .protocol(
                        switch (port.protocol()) {
                            case TCP -> "tcp";
                            case UDP -> "udp";
                        })
                .build();
    }

    /**
     * The program of the command: an override replaces an image's {@code CMD} alone, and a command
     * is to replace its {@code ENTRYPOINT} too.
     */
    private static List<String> entryPoint(ContainerSpec spec) {
        return spec.command().isEmpty() ? List.of() : spec.command().subList(0, 1);
    }

    static @Nullable String nullWhenEmpty(String text) {
        return text.isEmpty() ? null : text;
    }
}
