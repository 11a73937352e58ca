package dev.kohakku.controller.image;

import java.util.Base64;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What stored secrets are sealed with.
 *
 * @param key {@code SECRETS_KEY}: 32 bytes in Base64; empty for none, and then no secret can be
 *     stored. Whoever changes it stores the secrets anew
 */
@ConfigurationProperties(prefix = "kohakku.secrets", ignoreUnknownFields = false)
public record SecretsProperties(@DefaultValue("") String key) {

    private static final int BYTES = 32;

    public SecretsProperties {
        if (!key.isEmpty() && lengthOf(key) != BYTES) {
            throw new IllegalArgumentException(
                    "SECRETS_KEY must be 32 bytes in Base64, such as `openssl rand -base64 32`"
                            + " prints, or empty");
        }
    }

    private static int lengthOf(String key) {
        try {
            return Base64.getDecoder().decode(key).length;
        } catch (IllegalArgumentException notBase64) {
            return -1;
        }
    }

    boolean isSet() {
        return !key.isEmpty();
    }

    byte[] bytes() {
        return Base64.getDecoder().decode(key);
    }

    /** Leaves out the key. */
    @Override
    public String toString() {
        return "SecretsProperties[…]";
    }
}
