package dev.kohakku.dispatcher.backend.kubernetes;

import dev.kohakku.common.log.LogStream;
import dev.kohakku.dispatcher.backend.ContainerLogs;
import dev.kohakku.dispatcher.backend.LineAssembler;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How far a log was read. The kubelet puts a time before each line, and reads from a whole second
 * on: what was read of that second is passed over by number. Holds no line, however long it is. Not
 * thread-safe, but for {@link #bytesRead} and {@link #waits}.
 */
final class LogReading {

    /** A longer time is none: RFC 3339 with nanoseconds and a zone. */
    private static final int LONGEST_TIME = 40;

    /** Of what the kubelet says in place of a log. */
    private static final int LONGEST_WORDS = 500;

    private final LineAssembler lines;
    private final AtomicLong bytesRead = new AtomicLong();
    private volatile boolean waits;
    private Instant last = Instant.EPOCH;

    /** The second of the last whole line, and how many lines were read of it. */
    private Instant second = Instant.EPOCH;

    private int ofSecond;

    private boolean hasGap;

    /** How many bytes were handed on of the line after those, which has not come to its end. */
    private long ofLine;

    LogReading(ContainerLogs.Lines lines) {
        this.lines = new LineAssembler(LogStream.STDOUT, lines);
    }

    /** Of all passes. */
    long bytesRead() {
        return bytesRead.get();
    }

    /** Whether it waits for bytes, and not for who takes the lines. */
    boolean waits() {
        return waits;
    }

    /** Where the next pass begins; empty for the first byte. */
    Optional<String> since() {
        return second.equals(Instant.EPOCH) ? Optional.empty() : Optional.of(second.toString());
    }

    /** Whether a pass began after where an earlier one was cut: what was between is lost. */
    boolean hasGap() {
        return hasGap;
    }

    /**
     * Reads a pass, which begins at {@link #since}, to its end.
     *
     * @throws IOException where the stream breaks off, or the kubelet says something in its place
     */
    void read(InputStream bytes) throws IOException, InterruptedException {
        var pass = new Pass(ofSecond);
        var piece = new byte[8_192];
        for (int length = next(bytes, piece); length >= 0; length = next(bytes, piece)) {
            bytesRead.addAndGet(length);
            pass.take(piece, length);
        }
        pass.end();
    }

    private int next(InputStream bytes, byte[] piece) throws IOException {
        waits = true;
        try {
            return bytes.read(piece);
        } finally {
            waits = false;
        }
    }

    /** The log has come to its end. */
    void finish() throws InterruptedException {
        lines.finish(last);
    }

    /** A line was handed on to its end. */
    private void lineEnded(Instant at) {
        var its = at.truncatedTo(ChronoUnit.SECONDS);
        if (its.isAfter(second)) {
            second = its;
            ofSecond = 0;
        }
        // why not of before it: two writers' times may cross, and only from then on it is read.
        if (!its.isBefore(second)) {
            ofSecond++;
        }
        ofLine = 0;
    }

    /**
     * The log goes on with a line of a later second than was to be passed over. why nothing of it
     * is passed over: the kubelet has begun a new file meanwhile, and reads from no older one.
     */
    private void resumeAt(Instant at) throws InterruptedException {
        hasGap = true;
        lines.finish(last);
        second = at.truncatedTo(ChronoUnit.SECONDS);
        ofSecond = 0;
        ofLine = 0;
    }

    /** One answer of the kubelet's: of each line a time, a blank, and what was written. */
    private final class Pass {

        private int toSkip;
        private final StringBuilder head = new StringBuilder();
        private boolean isInHead = true;
        private Instant at = Instant.EPOCH;

        /** How many bytes there were of this line after its head. */
        private long place;

        Pass(int toSkip) {
            this.toSkip = toSkip;
        }

        void take(byte[] piece, int length) throws IOException, InterruptedException {
            int from = 0;
            while (from < length) {
                from = isInHead ? head(piece, from, length) : content(piece, from, length);
            }
        }

        void end() throws IOException {
            if (isInHead && !head.isEmpty()) {
                throw noLine();
            }
            if (toSkip > 0 || (ofLine > 0 && (isInHead || place < ofLine))) {
                throw new IOException("the log ends before where it was read to");
            }
        }

        /** Takes what there is of a head, and returns where the rest begins. */
        private int head(byte[] piece, int from, int length)
                throws IOException, InterruptedException {
            for (int i = from; i < length; i++) {
                if (piece[i] == '\n' || head.length() == LONGEST_WORDS) {
                    throw noLine();
                }
                if (piece[i] == ' ' && isTime()) {
                    isInHead = false;
                    head.setLength(0);
                    place = 0;
                    if (toSkip > 0 && !at.truncatedTo(ChronoUnit.SECONDS).equals(second)) {
                        toSkip = 0;
                        resumeAt(at);
                    }
                    return i + 1;
                }
                head.append((char) (piece[i] & 0xff));
            }
            return length;
        }

        private boolean isTime() {
            if (head.length() > LONGEST_TIME) {
                return false;
            }
            try {
                at = OffsetDateTime.parse(head).toInstant();
                return true;
            } catch (DateTimeException none) {
                return false;
            }
        }

        private IOException noLine() {
            return new IOException("the kubelet says: " + head.toString().strip());
        }

        /** Takes what there is of a line's content, its line end too. */
        private int content(byte[] piece, int from, int length) throws InterruptedException {
            int to = from;
            while (to < length && piece[to] != '\n') {
                to++;
            }
            var isEnded = to < length;
            if (isEnded) {
                to++;
            }
            if (toSkip == 0) {
                handOn(piece, from, to);
            }
            place += to - from;
            if (isEnded) {
                isInHead = true;
                if (toSkip > 0) {
                    toSkip--;
                } else {
                    lineEnded(at);
                }
            }
            return to;
        }

        /** Hands on what an earlier pass has not. */
        private void handOn(byte[] piece, int from, int to) throws InterruptedException {
            var known = (int) Math.min(to - from, Math.max(0, ofLine - place));
            if (from + known < to) {
                lines.append(at, piece, from + known, to - from - known);
                ofLine += to - from - known;
                last = at;
            }
        }
    }
}
