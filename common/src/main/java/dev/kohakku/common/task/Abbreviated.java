package dev.kohakku.common.task;

/** Refused text as it appears in messages: a megabyte of nonsense does not come back whole. */
final class Abbreviated {

    private static final int LONGEST = 100;

    private Abbreviated() {}

    static String of(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
