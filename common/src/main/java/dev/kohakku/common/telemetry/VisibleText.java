package dev.kohakku.common.telemetry;

/**
 * Text as one line of a log shows it: what would begin a line, move a terminal's cursor or turn the
 * direction of writing is written as an escape. So no text of others looks like a line of ours.
 */
final class VisibleText {

    private VisibleText() {}

    static String of(String text) {
        for (var i = 0; i < text.length(); i++) {
            if (isHidden(text.charAt(i))) {
                return escaped(text, i);
            }
        }
        return text;
    }

    private static String escaped(String text, int first) {
        var shown = new StringBuilder(text.length() + 16).append(text, 0, first);
        for (var i = first; i < text.length(); i++) {
            var each = text.charAt(i);
            switch (each) {
                case '\n' -> shown.append("\\n");
                case '\r' -> shown.append("\\r");
                case '\t' -> shown.append(each);
                default -> {
                    if (isHidden(each)) {
                        shown.append("\\u%04x".formatted((int) each));
                    } else {
                        shown.append(each);
                    }
                }
            }
        }
        return shown.toString();
    }

    private static boolean isHidden(char each) {
        return (Character.isISOControl(each) && each != '\t') || turnsOrBreaks(each);
    }

    /** Separators of lines and paragraphs, marks and overrides of direction. */
    private static boolean turnsOrBreaks(char each) {
        return (each >= 0x2028 && each <= 0x202e)
                || (each >= 0x2066 && each <= 0x2069)
                || each == 0x200e
                || each == 0x200f
                || each == 0x061c;
    }
}
