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
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (!Character.isHighSurrogate(c)
                    || i + 1 == text.length()
                    || !Character.isLowSurrogate(text.charAt(i + 1))) {
                return "contains half of a surrogate pair, which is no character";
            }
            i++;
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
