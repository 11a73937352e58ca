package dev.kohakku.controller.web;

import org.jspecify.annotations.Nullable;

/** What text must be to be kept in Postgres, in canonical JSON and in an environment. */
final class Texts {

    private static final int SHOWN = 80;

    private Texts() {}

    /** What is wrong with a text; null when nothing is. */
    static @Nullable String faultOf(String text) {
        if (text.indexOf('\0') >= 0) {
            return "contains the character NUL (\\u0000), which can be neither stored nor passed on";
        }
        // why: pairs come as one code point, so a surrogate seen here has no other half.
        if (text.codePoints().anyMatch(c -> c >= 0xD800 && c <= 0xDFFF)) {
            return "contains half of a surrogate pair, which is no character";
        }
        return null;
    }

    /** A name a client made up, safe and short enough to be shown in an error. */
    static String shown(String name) {
        var clean = name.codePoints().map(c -> Character.isISOControl(c) ? '?' : c);
        var text =
                clean.limit(SHOWN)
                        .collect(
                                StringBuilder::new,
                                StringBuilder::appendCodePoint,
                                StringBuilder::append)
                        .toString();
        return name.length() > SHOWN ? text + "…" : text;
    }
}
