package dev.kohakku.common.log;

import java.util.regex.Pattern;

/**
 * How far a reader has come in the log of a task: all lines up to these numbers are seen. Also the
 * id of a server-sent event, so that {@code Last-Event-ID} resumes without state on any replica.
 *
 * @param attempt the attempt, from 1
 * @param stdout the last line seen of standard output, 0 for none
 * @param stderr the last line seen of standard error, 0 for none
 */
public record LogPosition(int attempt, long stdout, long stderr) {

    private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,8})-(\\d{1,18})-(\\d{1,18})");

    /** Before the first line of an attempt. */
    public static LogPosition startOf(int attempt) {
        return new LogPosition(attempt, 0, 0);
    }

    /**
     * Reads the form {@code <attempt>-<stdout>-<stderr>}.
     *
     * @throws IllegalArgumentException when the text has another form
     */
    public static LogPosition parse(String text) {
        var match = FORM.matcher(text);
        if (!match.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a position in a log: <attempt>-<stdout>-<stderr>");
        }
        return new LogPosition(
                Integer.parseInt(match.group(1)),
                Long.parseLong(match.group(2)),
                Long.parseLong(match.group(3)));
    }

    /** The last number seen of a stream. */
    public long of(LogStream stream) {
        return switch (stream) {
            case STDOUT -> stdout;
            case STDERR -> stderr;
        };
    }

    /** Whether the line lies behind this position. */
    public boolean isPast(LogLine line) {
        return line.number() <= of(line.stream());
    }

    /** The position after a line. */
    public LogPosition after(LogLine line) {
        return switch (line.stream()) {
            case STDOUT -> new LogPosition(attempt, line.number(), stderr);
            case STDERR -> new LogPosition(attempt, stdout, line.number());
        };
    }

    /** The form {@link #parse} reads. */
    @Override
    public String toString() {
        return attempt + "-" + stdout + "-" + stderr;
    }
}
