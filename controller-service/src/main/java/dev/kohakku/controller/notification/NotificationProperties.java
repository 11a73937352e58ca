package dev.kohakku.controller.notification;

import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How the end of a task is announced.
 *
 * @param signingKey {@code CALLBACK_SIGNING_KEY}: the key receivers verify with is derived from it
 * @param allowPrivateAddresses {@code CALLBACK_URL_ALLOW_PRIVATE_ADDRESSES}: whether a {@code
 *     callback_url} may lead to this machine or a private network; right on one machine, wrong
 *     where clients are not trusted with the network the Controller stands in
 * @param requestTimeout how long a receiver may take to answer
 * @param giveUpAfter how long a receiver is tried
 * @param interval how often due announcements are looked for
 */
@Validated
@ConfigurationProperties(prefix = "kohakku.notification", ignoreUnknownFields = false)
record NotificationProperties(
        @DefaultValue("insecure-signing-key") @NotBlank String signingKey,
        @DefaultValue("true") boolean allowPrivateAddresses,
        @DefaultValue("10s") Duration requestTimeout,
        @DefaultValue("24h") Duration giveUpAfter,
        @DefaultValue("250ms") Duration interval) {

    /** Leaves out the key. */
    @Override
    public String toString() {
        return "NotificationProperties[allowPrivateAddresses=" + allowPrivateAddresses + ", …]";
    }
}
