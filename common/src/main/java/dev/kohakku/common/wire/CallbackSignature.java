package dev.kohakku.common.wire;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs the terminal report: {@code sha256=<HMAC-SHA256 of "<timestamp>.<task>:<raw body>">} in
 * lower-case hexadecimal, under the key both services share as {@code CALLBACK_SIGNING_KEY}.
 */
public final class CallbackSignature {

    /** Carries the signature. */
    public static final String HEADER = "X-Kohakku-Signature";

    /** Carries the time of signing in seconds since 1970. */
    public static final String TIMESTAMP_HEADER = "X-Kohakku-Timestamp";

    private final SecretKeySpec key;

    public CallbackSignature(String key) {
        this.key = new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    }

    /** The value of {@link #HEADER}. */
    public String sign(String timestamp, String task, byte[] body) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update((timestamp + "." + task + ":").getBytes(StandardCharsets.UTF_8));
            return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has HmacSHA256", impossible);
        }
    }

    /**
     * Whether a signature is the right one, compared in constant time. Does not judge the
     * timestamp's age.
     */
    public boolean matches(String signature, String timestamp, String task, byte[] body) {
        return MessageDigest.isEqual(
                sign(timestamp, task, body).getBytes(StandardCharsets.UTF_8),
                signature.getBytes(StandardCharsets.UTF_8));
    }
}
