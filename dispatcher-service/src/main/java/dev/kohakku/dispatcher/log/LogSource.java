package dev.kohakku.dispatcher.log;

import dev.kohakku.common.log.LogStream;
import java.time.Instant;

/** A container's whole output. */
@FunctionalInterface
public interface LogSource {

    /**
     * Hands over every line from the first, until the container has ended and its last byte is
     * read. Blocks that long; interruptible.
     *
     * @return whether everything was read
     */
    boolean read(Sink sink) throws InterruptedException;

    /** Takes lines. */
    @FunctionalInterface
    interface Sink {

        /** Takes a line without its line end; may block. */
        void line(LogStream stream, Instant at, String text) throws InterruptedException;
    }
}
