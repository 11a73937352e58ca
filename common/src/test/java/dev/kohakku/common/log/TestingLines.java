package dev.kohakku.common.log;

import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;

/** Log lines for tests. */
public final class TestingLines {

    private static final Instant SOME_TIME = Instant.parse("2030-01-01T00:00:00.123456789Z");

    private TestingLines() {}

    /** A line of standard output. */
    public static LogLine out(long number) {
        return line(LogStream.STDOUT, number, "out " + number);
    }

    /** A line of standard error. */
    public static LogLine err(long number) {
        return line(LogStream.STDERR, number, "err " + number);
    }

    /** Any line. */
    public static LogLine line(LogStream stream, long number, String text) {
        return new LogLine(stream, number, SOME_TIME.plusMillis(number), text);
    }

    /** Lines of standard output, both numbers included. */
    public static List<LogLine> outs(long first, long last) {
        return LongStream.rangeClosed(first, last).mapToObj(TestingLines::out).toList();
    }
}
