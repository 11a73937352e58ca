package dev.kohakku.dispatcher.backend;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.ImageReference;
import dev.kohakku.common.task.PortMapping;
import dev.kohakku.common.task.RegistryLogin;
import dev.kohakku.common.task.Resources;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to start, the same for every backend.
 *
 * @param attempt gives the container its name and labels
 * @param epoch a label
 * @param image what to run
 * @param command program and arguments; empty for the image's own
 * @param env environment, secrets included: never logged, never a label
 * @param resources limits
 * @param ports to offer
 * @param deadline a label: when it must have ended at the latest. Only said, to people and to what
 *     cleans up; whoever watches the container enforces its deadlines
 * @param namespace where the task asked to run, on a backend that has namespaces; null for the
 *     backend's default
 * @param registryLogin stored for the image's registry, for an engine that pulls by itself; null
 *     leaves it to the engine's own credentials
 */
public record ContainerSpec(
        AttemptId attempt,
        Epoch epoch,
        ImageReference image,
        List<String> command,
        Map<String, String> env,
        Resources resources,
        List<PortMapping> ports,
        Instant deadline,
        @Nullable String namespace,
        @Nullable RegistryLogin registryLogin) {

    /** Leaves out the environment's values: secrets are among them. */
    @Override
    public String toString() {
        return "ContainerSpec["
                + attempt
                + ", epoch="
                + epoch
                + ", image="
                + image
                + ", env="
                + env.keySet()
                + "]";
    }
}
