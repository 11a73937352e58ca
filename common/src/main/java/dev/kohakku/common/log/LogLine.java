package dev.kohakku.common.log;

import java.time.Instant;

/**
 * One line of a container's output.
 *
 * @param stream where it was written
 * @param number counts the lines of this stream in this attempt, from 1, without gaps
 * @param at when the backend saw it, or the shipper where the backend does not say
 * @param text without line end; at most {@value #LONGEST} characters, longer output is split into
 *     several lines
 */
public record LogLine(LogStream stream, long number, Instant at, String text) {

    /** The most characters of one line. */
    public static final int LONGEST = 65_536;

    public LogLine {
        if (number < 1) {
            throw new IllegalArgumentException("lines are numbered from 1, got " + number);
        }
    }
}
