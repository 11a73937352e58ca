package dev.kohakku.controller.image;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.security.crypto.encrypt.AesGcmBytesEncryptor;
import org.springframework.security.crypto.encrypt.BytesEncryptor;

/** Seals texts: AES-256-GCM, a fresh random vector each time. Thread-safe. */
final class Seal {

    private final BytesEncryptor cipher;

    Seal(byte[] key) {
        this.cipher = AesGcmBytesEncryptor.withSecretKey(new SecretKeySpec(key, "AES")).build();
    }

    /**
     * Seals a text for a place: opened for another place it is refused, so that nobody who may
     * write the table can have one registry be shown the password of another. The answer is Base64.
     */
    String close(String place, String text) {
        return Base64.getEncoder()
                .encodeToString(
                        cipher.encrypt((place + "\0" + text).getBytes(StandardCharsets.UTF_8)));
    }

    /** The text; empty where it was sealed with another key or for another place, or is damaged. */
    Optional<String> open(String place, String sealed) {
        String opened;
        try {
            opened =
                    new String(
                            cipher.decrypt(Base64.getDecoder().decode(sealed)),
                            StandardCharsets.UTF_8);
        } catch (IllegalStateException
                | IllegalArgumentException
                | IndexOutOfBoundsException refused) {
            // why the last: what is shorter than a vector.
            return Optional.empty();
        }
        return opened.startsWith(place + "\0")
                ? Optional.of(opened.substring(place.length() + 1))
                : Optional.empty();
    }
}
