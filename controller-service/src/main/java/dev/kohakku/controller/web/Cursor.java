package dev.kohakku.controller.web;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Where a walk through a list stands, opaque to clients. It carries a fingerprint of the query it
 * belongs to, so that it cannot be used to go on with another one.
 */
public final class Cursor {

    private Cursor() {}

    /**
     * Writes a cursor.
     *
     * @param query everything that decides what is in the list and in which order, but not the
     *     limit
     * @param after the last item's place
     */
    public static String of(String query, String after) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(
                        (fingerprint(query) + ":" + after).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads the place out of a cursor.
     *
     * @throws IllegalArgumentException when it is no cursor, or one of another query
     */
    public static String after(String query, String cursor) {
        var text = decoded(cursor);
        var colon = text.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("is not a cursor: take next_cursor of an answer");
        }
        if (!text.substring(0, colon).equals(fingerprint(query))) {
            throw new IllegalArgumentException(
                    "belongs to another query: repeat the filters it was made with");
        }
        return text.substring(colon + 1);
    }

    private static String decoded(String cursor) {
        try {
            return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException(
                    "is not a cursor: take next_cursor of an answer", refused);
        }
    }

    // why so weak: it tells honest mistakes, a forged cursor shows nothing its maker may not see.
    private static String fingerprint(String query) {
        return Integer.toHexString(query.hashCode());
    }
}
