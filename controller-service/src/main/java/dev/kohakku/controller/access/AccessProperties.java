package dev.kohakku.controller.access;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What this installation trusts.
 *
 * @param bootstrapToken {@code KOHAKKU_BOOTSTRAP_TOKEN}: an API token that is valid from the start;
 *     empty for none
 * @param dispatcherApiKey {@code DISPATCHER_API_KEY}: what dispatchers and Controller show each
 *     other
 */
@Validated
@ConfigurationProperties(prefix = "kohakku.access", ignoreUnknownFields = false)
public record AccessProperties(
        @DefaultValue("")
                @Pattern(
                        regexp = "|[\\x21-\\x7e]{16,200}",
                        message =
                                "KOHAKKU_BOOTSTRAP_TOKEN has 16 to 200 visible ASCII characters, or is empty")
                String bootstrapToken,
        @DefaultValue(DEFAULT_DISPATCHER_API_KEY) @NotBlank String dispatcherApiKey) {

    /** Works on one machine and is warned of. */
    public static final String DEFAULT_DISPATCHER_API_KEY = "insecure-dispatcher-key";

    /** Leaves out the secrets. */
    @Override
    public String toString() {
        return "AccessProperties[…]";
    }
}
