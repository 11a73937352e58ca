package dev.kohakku.dispatcher.backend.docker;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The Docker engine and what containers on it get.
 *
 * @param host the engine's address, such as {@code unix:///var/run/docker.sock}; empty for {@code
 *     DOCKER_HOST} or the engine's usual socket
 * @param configDirectory where {@code config.json} with registry credentials lies; empty for {@code
 *     DOCKER_CONFIG} or {@code ~/.docker}
 * @param requestTimeout how long the engine may take for an ordinary request
 * @param pidsLimit how many processes and threads a container may have
 * @param init whether an init process of the engine runs before the command: it reaps orphans and
 *     lets TERM end programs that do not handle it, but hides that a command could not be started
 * @param dropCapabilities Linux capabilities taken from the engine's default set
 * @param network the network containers join; null for the engine's default
 * @param publishAddress the address of the machine on which ports are published
 * @param registries credentials by registry; they go before those of {@code config.json}
 */
@Validated
@ConfigurationProperties(value = "kohakku.docker", ignoreUnknownFields = false)
public record DockerSettings(
        @DefaultValue("") String host,
        @DefaultValue("") String configDirectory,
        @NotNull @DefaultValue("20s") Duration requestTimeout,
        @Min(16) @DefaultValue("512") long pidsLimit,
        @DefaultValue("false") boolean init,
        @DefaultValue({"NET_RAW", "MKNOD", "AUDIT_WRITE", "SETFCAP"}) List<String> dropCapabilities,
        @Nullable String network,
        @NotBlank @DefaultValue("127.0.0.1") String publishAddress,
        @DefaultValue List<@Valid Registry> registries) {

    public DockerSettings {
        dropCapabilities = List.copyOf(dropCapabilities);
        registries = List.copyOf(registries);
        if (requestTimeout.isNegative() || requestTimeout.isZero()) {
            throw new IllegalArgumentException(
                    "kohakku.docker.request-timeout must be positive, got " + requestTimeout);
        }
    }

    /**
     * Credentials of a registry.
     *
     * @param address host and port as in image references; {@code docker.io} for Docker Hub
     * @param username the account
     * @param password its password or token
     */
    public record Registry(
            @NotBlank String address, @NotBlank String username, @NotBlank String password) {

        /** Leaves out the password. */
        @Override
        public String toString() {
            return "Registry[address=" + address + ", username=" + username + "]";
        }
    }
}
