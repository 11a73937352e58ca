package dev.kohakku.dispatcher.backend;

import dev.kohakku.common.log.LogStream;
import java.time.Instant;

/**
 * The output of containers. Separate from {@link ContainerBackend}, because not every backend has
 * it.
 */
public interface ContainerLogs {

    /**
     * Reads a container's whole output from its first byte, handing over each line as it comes,
     * until the container has ended and its last byte is read; a last line without a line end
     * counts. A container that was never started is looked at for a moment and has no output.
     * Blocks that long; interruptible. The order of lines within a stream is the same at every
     * reading.
     *
     * @return whether everything was read; false when the container is missing or the engine lost
     *     part of it
     * @throws BackendException where {@link Capabilities#logs} says that no output is kept
     */
    boolean read(ContainerHandle handle, Lines lines) throws InterruptedException;

    /** Receives lines. */
    @FunctionalInterface
    interface Lines {

        /**
         * Takes a line without its line end. Blocking here slows the reading down, which is wanted.
         */
        void line(LogStream stream, Instant at, String text) throws InterruptedException;
    }
}
