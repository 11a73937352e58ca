package dev.kohakku.dispatcher.backend;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.ImageReference;
import dev.kohakku.common.task.PortMapping;
import dev.kohakku.common.task.RegistryLogin;
import dev.kohakku.common.task.Resources;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.dispatcher.backend.BackendUnderTest.Program;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Builds what to start. */
public final class ContainerSpecs {

    private static final Instant DEADLINE = Instant.parse("2030-01-01T00:00:00Z");

    private AttemptId attempt = new AttemptId(new TaskId(UUID.randomUUID()), 1);
    private ImageReference image = ImageReference.parse("kohakku-test/none:1");
    private Epoch epoch = new Epoch(7);
    private List<String> command = List.of();
    private final Map<String, String> env = new HashMap<>();
    private Resources resources = Resources.UNLIMITED;
    private List<PortMapping> ports = List.of();
    private @Nullable RegistryLogin registryLogin;

    private ContainerSpecs() {}

    /** An attempt of a new task. */
    public static ContainerSpecs spec() {
        return new ContainerSpecs();
    }

    public ContainerSpecs attempt(AttemptId value) {
        attempt = value;
        return this;
    }

    public ContainerSpecs epoch(Epoch value) {
        epoch = value;
        return this;
    }

    public ContainerSpecs image(ImageReference value) {
        image = value;
        return this;
    }

    public ContainerSpecs runs(Program program) {
        command = program.command();
        env.putAll(program.env());
        return this;
    }

    public ContainerSpecs env(String name, String value) {
        env.put(name, value);
        return this;
    }

    public ContainerSpecs resources(Resources value) {
        resources = value;
        return this;
    }

    public ContainerSpecs port(PortMapping value) {
        ports = List.of(value);
        return this;
    }

    public ContainerSpecs registryLogin(RegistryLogin value) {
        registryLogin = value;
        return this;
    }

    public ContainerSpec build() {
        return new ContainerSpec(
                attempt,
                epoch,
                image,
                command,
                env,
                resources,
                ports,
                DEADLINE,
                null,
                registryLogin);
    }
}
