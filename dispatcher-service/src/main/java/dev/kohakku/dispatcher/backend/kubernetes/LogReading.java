package dev.kohakku.dispatcher.backend.kubernetes;

import dev.kohakku.common.log.LogStream;
import dev.kohakku.dispatcher.backend.ContainerLogs;
import dev.kohakku.dispatcher.backend.LineAssembler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * How far a log was read. The kubelet puts a time before each line, and reads from a whole second
 * on: what was read of that second is passed over by number. Not thread-safe.
 */
final class LogReading {

    /** A longer time is none: RFC 3339 with nanoseconds and a zone. */
    private static final int LONGEST_TIME = 40;

    private final LineAssembler lines;
    private Instant last = Instant.EPOCH;

    /** The second of the last line, and how many lines were read of it. */
    private Instant second = Instant.EPOCH;

    private int ofSecond;

    /** How many lines of the next pass were read before. */
    private int toSkip;

    LogReading(ContainerLogs.Lines lines) {
        this.lines = new LineAssembler(LogStream.STDOUT, lines);
    }

    /** Where the next pass begins; empty for the first byte. */
    Optional<String> since() {
        return ofSecond == 0 ? Optional.empty() : Optional.of(second.toString());
    }

    /** A new pass begins, at {@link #since}. */
    void resume() {
        toSkip = ofSecond;
    }

    /**
     * Takes a pass to its end. A line that is cut counts only where the log has an end there.
     *
     * @param isWhole whether the container has ended, so that the last line may lack its line end
     */
    void read(InputStream bytes, boolean isWhole) throws IOException, InterruptedException {
        var line = new ByteArrayOutputStream();
        var piece = new byte[8_192];
        for (int length = bytes.read(piece); length >= 0; length = bytes.read(piece)) {
            int from = 0;
            for (int i = 0; i < length; i++) {
                if (piece[i] == '\n') {
                    line.write(piece, from, i + 1 - from);
                    take(line.toByteArray());
                    line.reset();
                    from = i + 1;
                }
            }
            line.write(piece, from, length - from);
        }
        if (isWhole && line.size() > 0) {
            take(line.toByteArray());
        }
    }

    /** The log has come to its end. */
    void finish() throws InterruptedException {
        lines.finish(last);
    }

    private void take(byte[] line) throws InterruptedException {
        int blank = blankIn(line);
        var at = timeOf(line, blank);
        if (toSkip > 0) {
            toSkip--;
            return;
        }
        last = at;
        var its = at.truncatedTo(ChronoUnit.SECONDS);
        // why never back: two writers' times may cross, and what is asked for is what is counted.
        if (its.isAfter(second)) {
            second = its;
            ofSecond = 0;
        }
        ofSecond++;
        lines.append(at, line, blank + 1, line.length - blank - 1);
    }

    private static int blankIn(byte[] line) {
        for (int i = 0; i < Math.min(line.length, LONGEST_TIME); i++) {
            if (line[i] == ' ') {
                return i;
            }
        }
        return -1;
    }

    /** why the last one's where there is none: the kubelet's own words come without a time. */
    private Instant timeOf(byte[] line, int blank) {
        if (blank < 0) {
            return last;
        }
        try {
            return OffsetDateTime.parse(new String(line, 0, blank, StandardCharsets.US_ASCII))
                    .toInstant();
        } catch (DateTimeException none) {
            return last;
        }
    }
}
