package dev.kohakku.dispatcher.backend.docker;

import dev.kohakku.common.log.LogStream;
import dev.kohakku.dispatcher.backend.LineAssembler;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * Takes the engine's multiplexed log apart. Each frame is an 8-byte header (stream, three zeros,
 * length in big endian) and one entry: its time, a space, the bytes.
 *
 * @see <a
 *     href="https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach">the
 *     stream format</a>
 */
final class LogFrames {

    private static final int HEADER = 8;
    private static final int STDERR = 2;

    /** Entries are cut at 16 KiB by the engine; anything near this is not an entry. */
    private static final int LONGEST = 16 << 20;

    private static final int LONGEST_TIME = 40;

    private final InputStream in;

    LogFrames(InputStream in) {
        this.in = new BufferedInputStream(in, 32_768);
    }

    /**
     * Reads the next frame; empty at the end of the stream.
     *
     * @throws EOFException when the stream ends within a frame
     */
    Optional<Frame> next() throws IOException {
        var header = in.readNBytes(HEADER);
        if (header.length == 0) {
            return Optional.empty();
        }
        if (header.length < HEADER) {
            throw new EOFException("the log was cut within a header");
        }
        int length = ByteBuffer.wrap(header).getInt(4);
        if (length < 0 || length > LONGEST) {
            throw new IOException("a log entry of " + length + " bytes: this is no log");
        }
        var entry = in.readNBytes(length);
        if (entry.length < length) {
            throw new EOFException("the log was cut within an entry");
        }
        return Optional.of(
                new Frame(header[0] == STDERR ? LogStream.STDERR : LogStream.STDOUT, entry));
    }

    /** One entry of the log: time, space and bytes. */
    static final class Frame {

        private final LogStream stream;
        private final byte[] entry;
        private final int start;

        private Frame(LogStream stream, byte[] entry) {
            this.stream = stream;
            this.entry = entry;
            this.start = startOf(entry);
        }

        private static int startOf(byte[] entry) {
            for (int i = 0; i < Math.min(entry.length, LONGEST_TIME); i++) {
                if (entry[i] == ' ') {
                    return i + 1;
                }
            }
            return 0;
        }

        LogStream stream() {
            return stream;
        }

        /** When the engine took it. */
        Instant at() {
            if (start == 0) {
                return Instant.EPOCH;
            }
            try {
                return Instant.parse(new String(entry, 0, start - 1, StandardCharsets.US_ASCII));
            } catch (DateTimeException e) {
                return Instant.EPOCH;
            }
        }

        void appendTo(LineAssembler assembler) throws InterruptedException {
            assembler.append(at(), entry, start, entry.length - start);
        }

        boolean isSameAs(Frame other) {
            return stream == other.stream && Arrays.equals(entry, other.entry);
        }
    }
}
