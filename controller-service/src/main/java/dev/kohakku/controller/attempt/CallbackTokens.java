package dev.kohakku.controller.attempt;

import dev.kohakku.common.brief.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The bearer tokens of terminal reports: 256 random bits each, of which the hash is stored. */
@Component
class CallbackTokens {

    private final SecureRandom random = new SecureRandom();

    /** A new one. */
    String create() {
        var bits = new byte[32];
        random.nextBytes(bits);
        return "kct_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }

    static String sha256(String token) {
        return CanonicalJson.sha256(token);
    }

    /** Whether a token is the one with this hash; constant-time. */
    static boolean matches(@Nullable String token, @Nullable String sha256) {
        return token != null
                && sha256 != null
                && MessageDigest.isEqual(
                        sha256(token).getBytes(StandardCharsets.UTF_8),
                        sha256.getBytes(StandardCharsets.UTF_8));
    }
}
