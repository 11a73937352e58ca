package dev.kohakku.controller.notification;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs by Standard Webhooks: {@code v1,<base64 of HMAC-SHA256 of "<id>.<timestamp>.<body>">}. The
 * key is HMAC-SHA256 of {@code callback-url} under {@code CALLBACK_SIGNING_KEY}, so that receivers
 * can be given it without being given the power to forge reports of dispatchers.
 *
 * @see <a href="https://www.standardwebhooks.com">Standard Webhooks</a>
 */
final class WebhookSignature {

    private static final String ALGORITHM = "HmacSHA256";

    private final byte[] key;

    WebhookSignature(byte[] key) {
        this.key = key.clone();
    }

    /** With the key that belongs to this {@code CALLBACK_SIGNING_KEY}. */
    static WebhookSignature derivedFrom(String signingKey) {
        return new WebhookSignature(
                mac(signingKey.getBytes(StandardCharsets.UTF_8), "callback-url"));
    }

    /** The value of the header {@code webhook-signature}. */
    String of(String id, long timestamp, String body) {
        return "v1,"
                + Base64.getEncoder().encodeToString(mac(key, id + "." + timestamp + "." + body));
    }

    /** The key in the form receivers' libraries take. */
    String secret() {
        return "whsec_" + Base64.getEncoder().encodeToString(key);
    }

    private static byte[] mac(byte[] key, String text) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has HmacSHA256", impossible);
        }
    }
}
