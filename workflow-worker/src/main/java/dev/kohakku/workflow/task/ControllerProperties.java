package dev.kohakku.workflow.task;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The Controller this worker works for.
 *
 * @param url {@code CONTROLLER_URL}: without a path
 * @param token {@code CONTROLLER_TOKEN}, else {@code KOHAKKU_BOOTSTRAP_TOKEN}: a token of its API
 * @param connectTimeout how long a connection may take
 * @param readTimeout how long an answer may take
 */
@Validated
@ConfigurationProperties(prefix = "kohakku.controller", ignoreUnknownFields = false)
public record ControllerProperties(
        @DefaultValue("http://localhost:8000") @NotNull URI url,
        @DefaultValue("")
                @NotBlank(
                        message =
                                "CONTROLLER_TOKEN (or KOHAKKU_BOOTSTRAP_TOKEN) must hold a token of the Controller's API")
                String token,
        @DefaultValue("5s") Duration connectTimeout,
        @DefaultValue("20s") Duration readTimeout) {

    public ControllerProperties {
        if (url.getHost() == null
                || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
            throw new IllegalArgumentException(
                    "CONTROLLER_URL must look like http://controller:8000, not '" + url + "'");
        }
    }

    /** Leaves out the token. */
    @Override
    public String toString() {
        return "ControllerProperties[url=" + url + ", token=…]";
    }
}
