package dev.kohakku.controller.web;

/** Text of a client in messages to it. */
final class Texts {

    private static final int SHOWN = 80;

    private Texts() {}

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
