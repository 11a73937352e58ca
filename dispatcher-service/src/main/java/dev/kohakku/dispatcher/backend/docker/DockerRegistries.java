package dev.kohakku.dispatcher.backend.docker;

import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerConfigFile;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.ImageReference;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.WantedImage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Credentials of registries: those stored with the Controller, then those of the settings, then
 * those of {@code config.json}, which is read anew at each pull so that a new password counts at
 * once. Credential helpers are not asked.
 */
final class DockerRegistries {

    private static final List<String> DOCKER_HUB =
            List.of("docker.io", "index.docker.io", "registry-1.docker.io");

    private final List<DockerSettings.Registry> configured;
    private final String configDirectory;

    DockerRegistries(List<DockerSettings.Registry> configured, String configDirectory) {
        this.configured = configured;
        this.configDirectory = configDirectory;
    }

    /** The credentials for an image; empty where there are none for its registry. */
    Optional<AuthConfig> credentialsFor(WantedImage image) {
        var address = addressOf(image.name());
        if (image.login() != null) {
            return Optional.of(
                    new AuthConfig()
                            .withRegistryAddress(address)
                            .withUsername(image.login().username())
                            .withPassword(image.login().password()));
        }
        var found =
                configured.stream()
                        .filter(registry -> normal(registry.address()).equals(address))
                        .findFirst();
        if (found.isPresent()) {
            return found.map(DockerRegistries::authConfig);
        }
        return Optional.ofNullable(fromFile(address));
    }

    /** One name per registry, however it was written. */
    static String addressOf(ImageReference image) {
        return normal(image.registry() == null ? "" : image.registry());
    }

    private static String normal(String address) {
        var host = address.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
        return host.isEmpty() || DOCKER_HUB.contains(host) ? "docker.io" : host;
    }

    private static AuthConfig authConfig(DockerSettings.Registry registry) {
        return new AuthConfig()
                .withRegistryAddress(registry.address())
                .withUsername(registry.username())
                .withPassword(registry.password());
    }

    private @Nullable AuthConfig fromFile(String address) {
        try {
            var file =
                    DockerConfigFile.loadConfig(
                            DockerClientConfig.getDefaultObjectMapper(), configDirectory);
            // why null: it is how docker-java calls Docker Hub.
            return file.resolveAuthConfig(
                    ImageReference.DOCKER_HUB.equals(address) ? null : address);
        } catch (IOException | RuntimeException e) {
            // why without the cause: a parser's message quotes what it read.
            throw BackendException.refused(
                    FailureKind.IMAGE_PULL_FAILED,
                    "registry credentials cannot be read from " + configDirectory + "/config.json",
                    null);
        }
    }
}
