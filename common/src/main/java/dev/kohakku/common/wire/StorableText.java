package dev.kohakku.common.wire;

import org.jspecify.annotations.Nullable;

/** What text must be to be kept in Postgres, in canonical JSON and in an environment. */
public final class StorableText {

    private static final int REPLACEMENT = 0xFFFD;

    private StorableText() {}

    /** What is wrong with a text, as the end of a sentence about it; null when nothing is. */
    public static @Nullable String faultOf(String text) {
        if (text.indexOf('\0') >= 0) {
            return "contains the character NUL (\\u0000), which can be neither stored nor passed on";
        }
        if (text.codePoints().anyMatch(StorableText::isHalf)) {
            return "contains half of a surrogate pair, which is no character";
        }
        return null;
    }

    /**
     * The text with the replacement character for what cannot be kept, and at most {@code most}
     * characters (UTF-16 units) long, an ellipsis for the rest included.
     */
    public static String mended(String text, int most) {
        var whole =
                text.codePoints()
                        .map(c -> c == 0 || isHalf(c) ? REPLACEMENT : c)
                        .collect(
                                StringBuilder::new,
                                StringBuilder::appendCodePoint,
                                StringBuilder::append);
        if (whole.length() <= most) {
            return whole.toString();
        }
        var end = most - 1;
        var isWithinPair = Character.isHighSurrogate(whole.charAt(end - 1));
        return whole.substring(0, isWithinPair ? end - 1 : end) + "…";
    }

    // why: pairs come as one code point, so a surrogate seen here has no other half.
    private static boolean isHalf(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }
}
