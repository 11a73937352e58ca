package dev.kohakku.common.brief;

import dev.kohakku.common.wire.WireJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.erdtman.jcs.JsonCanonicalizer;
import tools.jackson.databind.json.JsonMapper;

/**
 * The one form of a JSON document, so that equal documents have equal hashes: members sorted, no
 * blanks, numbers as ECMAScript writes them.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8785">RFC 8785</a>
 */
public final class CanonicalJson {

    private static final JsonMapper MAPPER = WireJson.mapper();

    private CanonicalJson() {}

    /** The canonical bytes of a value that {@link WireJson} writes as an object or an array. */
    public static byte[] of(Object value) {
        return canonical(MAPPER.writeValueAsString(value));
    }

    /**
     * The canonical bytes of a JSON object or array.
     *
     * @throws IllegalArgumentException when the text is none, or holds a number that does not fit a
     *     double
     */
    public static byte[] canonical(String json) {
        try {
            return new JsonCanonicalizer(json).getEncodedUTF8();
        } catch (IOException malformed) {
            throw new IllegalArgumentException(
                    "not a JSON object or array: " + malformed.getMessage(), malformed);
        }
    }

    /** The SHA-256 of bytes, 64 lower-case hexadecimal digits. */
    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /** The SHA-256 of a text's UTF-8 bytes: how tokens are stored. */
    public static String sha256(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }
}
