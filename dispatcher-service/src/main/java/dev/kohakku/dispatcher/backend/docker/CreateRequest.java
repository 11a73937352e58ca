package dev.kohakku.dispatcher.backend.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.RestartPolicy;
import dev.kohakku.common.task.PortMapping;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import java.util.List;
import java.util.Map;

/** What the engine is asked for when a container is made. */
final class CreateRequest {

    private final DockerSettings settings;
    private final DockerLabels labels;
    private final Capability[] dropped;

    CreateRequest(DockerSettings settings, DockerLabels labels) {
        this.settings = settings;
        this.labels = labels;
        this.dropped =
                settings.dropCapabilities().stream()
                        .map(CreateRequest::capability)
                        .toArray(Capability[]::new);
    }

    private static Capability capability(String name) {
        try {
            return Capability.valueOf(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "kohakku.docker.drop-capabilities: '"
                            + name
                            + "' is not a Linux capability; write NET_RAW, not CAP_NET_RAW",
                    e);
        }
    }

    CreateContainerCmd of(DockerClient client, ContainerSpec spec, String name) {
        var create =
                client.createContainerCmd(spec.image().toString())
                        .withName(name)
                        .withLabels(labels.of(spec))
                        .withEnv(env(spec.env()))
                        .withExposedPorts(
                                spec.ports().stream().map(CreateRequest::exposed).toList())
                        .withHostConfig(hostConfig(spec));
        // why the entrypoint: "command" is program and arguments, as in Kubernetes, so it replaces
        // the image's entrypoint and its arguments together; the engine drops the image's CMD then.
        return spec.command().isEmpty() ? create : create.withEntrypoint(spec.command());
    }

    private HostConfig hostConfig(ContainerSpec spec) {
        var host =
                HostConfig.newHostConfig()
                        .withSecurityOpts(List.of("no-new-privileges:true"))
                        .withCapDrop(dropped)
                        .withPidsLimit(settings.pidsLimit())
                        .withInit(settings.init())
                        .withExtraHosts("host.docker.internal:host-gateway")
                        // why explicit: another driver may lose lines or not give them back.
                        .withLogConfig(new LogConfig(LogConfig.LoggingType.JSON_FILE, Map.of()))
                        .withRestartPolicy(RestartPolicy.noRestart())
                        .withAutoRemove(false)
                        .withPortBindings(spec.ports().stream().map(this::published).toList());
        if (settings.network() != null) {
            host.withNetworkMode(settings.network());
        }
        if (spec.resources().cpu() != null) {
            host.withNanoCPUs(spec.resources().cpu().nanos());
        }
        if (spec.resources().memory() != null) {
            // why both: memory and swap together are limited to the same amount, so there is no
            // swap and the limit is the real one.
            host.withMemory(spec.resources().memory().bytes())
                    .withMemorySwap(spec.resources().memory().bytes());
        }
        return host;
    }

    private PortBinding published(PortMapping port) {
        return new PortBinding(Ports.Binding.bindIp(settings.publishAddress()), exposed(port));
    }

    private static ExposedPort exposed(PortMapping port) {
        return switch (port.protocol()) {
            case TCP -> ExposedPort.tcp(port.containerPort());
            case UDP -> ExposedPort.udp(port.containerPort());
        };
    }

    private static List<String> env(Map<String, String> env) {
        return env.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList();
    }
}
