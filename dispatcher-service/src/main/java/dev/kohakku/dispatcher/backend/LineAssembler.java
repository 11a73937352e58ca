package dev.kohakku.dispatcher.backend;

import dev.kohakku.common.log.LogLine;
import dev.kohakku.common.log.LogStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Makes lines of one stream's bytes. The lines depend on the bytes alone, never on how they were
 * cut into pieces, so every reading of the same output numbers them alike. Bytes that are not UTF-8
 * become U+FFFD; a line longer than {@link LogLine#LONGEST} becomes several. Not thread-safe.
 */
public final class LineAssembler {

    private static final int PIECE = 8_192;

    private final LogStream stream;
    private final ContainerLogs.Lines lines;
    private final CharsetDecoder decoder =
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final CharBuffer decoded = CharBuffer.allocate(PIECE);
    private final StringBuilder line = new StringBuilder();

    /** The one to three bytes of a character whose rest is still to come. */
    private ByteBuffer undecoded = ByteBuffer.allocate(0);

    private @Nullable Instant begunAt;

    /** Hands the lines of {@code stream} to {@code lines}. */
    public LineAssembler(LogStream stream, ContainerLogs.Lines lines) {
        this.stream = stream;
        this.lines = lines;
    }

    /** Takes the next bytes of the stream, written at {@code at}; hands over what they complete. */
    public void append(Instant at, byte[] bytes, int offset, int length)
            throws InterruptedException {
        var input = ByteBuffer.allocate(undecoded.remaining() + length);
        input.put(undecoded).put(bytes, offset, length).flip();
        decode(at, input, false);
        undecoded = input;
    }

    /** The stream has ended: a last line without line end counts. */
    public void finish(Instant at) throws InterruptedException {
        decode(at, undecoded, true);
        undecoded = ByteBuffer.allocate(0);
        if (!line.isEmpty()) {
            handOver();
        }
    }

    private void decode(Instant at, ByteBuffer input, boolean last) throws InterruptedException {
        boolean more = true;
        while (more) {
            more = decoder.decode(input, decoded, last).isOverflow();
            take(at);
        }
        if (last) {
            decoder.flush(decoded);
            take(at);
            decoder.reset();
        }
    }

    private void take(Instant at) throws InterruptedException {
        decoded.flip();
        while (decoded.hasRemaining()) {
            char next = decoded.get();
            if (next == '\n') {
                begin(at);
                handOver();
            } else {
                splitBefore(next);
                begin(at);
                line.append(next);
            }
        }
        decoded.clear();
    }

    /** Keeps lines within their limit, and the two halves of a character together. */
    private void splitBefore(char next) throws InterruptedException {
        boolean full =
                line.length() == LogLine.LONGEST
                        || (line.length() == LogLine.LONGEST - 1
                                && Character.isHighSurrogate(next));
        if (full) {
            handOver();
        }
    }

    private void begin(Instant at) {
        if (begunAt == null) {
            begunAt = at;
        }
    }

    private void handOver() throws InterruptedException {
        int end = line.length();
        // why: programs on a terminal's habits end lines with CR LF; the CR is part of the line
        // end.
        if (end > 0 && line.charAt(end - 1) == '\r') {
            end--;
        }
        var text = line.substring(0, end);
        line.setLength(0);
        var at = begunAt;
        begunAt = null;
        lines.line(stream, at == null ? Instant.EPOCH : at, text);
    }
}
