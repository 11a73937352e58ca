package dev.kohakku.controller.log;

import dev.kohakku.common.log.LogLine;
import dev.kohakku.common.log.LogPosition;
import dev.kohakku.common.log.LogStream;

/**
 * What a reader writes to. Every method throws {@link ClientGoneException} when nobody listens any
 * more.
 */
interface LogWriter {

    /**
     * A line.
     *
     * @param position after it
     */
    void line(LogPosition position, LogLine line);

    /**
     * Lines that neither the archive nor the live log has.
     *
     * @param position before it
     * @param from number of the first missing line
     * @param to number of the last missing line
     */
    void gap(LogPosition position, LogStream stream, long from, long to);

    /** Sends what is buffered. */
    void flush();
}
