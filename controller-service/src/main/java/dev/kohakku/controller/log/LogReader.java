package dev.kohakku.controller.log;

import dev.kohakku.common.log.LiveLog;
import dev.kohakku.common.log.LiveLogUnavailableException;
import dev.kohakku.common.log.LogArchive;
import dev.kohakku.common.log.LogLine;
import dev.kohakku.common.log.LogPosition;
import dev.kohakku.common.log.LogStream;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TaskId;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the log of one task forward from a position, from wherever the lines are. Where lines are
 * missing in a stream, that stream waits, since they may be on their way to the archive; the other
 * goes on.
 */
final class LogReader {

    private static final int BATCH = 1_000;

    private final LogArchive archive;
    private final LiveLog live;
    private final TaskId task;
    private final LogWriter writer;
    private final Duration patience;

    /** Since when a stream waits for the lines after its position. */
    private final Map<LogStream, Long> waitingSince = new EnumMap<>(LogStream.class);

    /** How far lines are written. */
    private LogPosition position;

    /** How far the live log is read: beyond the position where a stream waits. */
    private LogPosition seen;

    /** The moment patience is measured at: one for a whole pass over archive and live log. */
    private long now = System.nanoTime();

    private boolean over;

    /**
     * @param start the position to go on from
     * @param patience how long a stream waits for missing lines before a gap is declared
     */
    LogReader(
            LogArchive archive,
            LiveLog live,
            TaskId task,
            LogWriter writer,
            LogPosition start,
            Duration patience) {
        this.archive = archive;
        this.live = live;
        this.task = task;
        this.writer = writer;
        this.position = start;
        this.seen = start;
        this.patience = patience;
    }

    LogPosition position() {
        return position;
    }

    /** Whether lines are missing that may still come to the archive. */
    boolean isWaiting() {
        return !waitingSince.isEmpty();
    }

    /** Goes on at the first line of the next attempt. */
    void nextAttempt() {
        position = LogPosition.startOf(position.attempt() + 1);
        seen = position;
        waitingSince.clear();
    }

    /** Writes everything there is now. */
    void readAll() throws IOException {
        readArchive();
        readLive();
    }

    /** Writes what is left of an attempt that is over: what is missing now never comes. */
    void readRest() throws IOException {
        over = true;
        try {
            readAll();
        } finally {
            over = false;
        }
    }

    /** Writes what the archive has beyond the position; returns whether that was anything. */
    boolean readArchive() throws IOException {
        now = System.nanoTime();
        return goOnInArchive();
    }

    /**
     * Writes what the live log has beyond the position, and what the archive has where the live log
     * begins later.
     *
     * @return whether that was anything; false also when the state Redis is away
     */
    boolean readLive() throws IOException {
        var begin = position;
        now = System.nanoTime();
        if (!waitingSince.keySet().stream().allMatch(this::isPatient)) {
            seen = position;
        }
        try {
            var lines = live.after(attempt(), seen, BATCH);
            while (!lines.isEmpty()) {
                readBatch(lines);
                lines = live.after(attempt(), seen, BATCH);
            }
        } catch (LiveLogUnavailableException away) {
            return !position.equals(begin);
        }
        return !position.equals(begin);
    }

    private void readBatch(List<LogLine> lines) throws IOException {
        for (var line : lines) {
            // why: it may have been archived and trimmed since the archive was read.
            if (isBeyondNext(line) && !isPatient(line.stream()) && goOnInArchive()) {
                // why no further: a stream that waited may go on with lines before these.
                return;
            }
            seen = seen.after(line);
            write(line);
        }
    }

    private boolean goOnInArchive() throws IOException {
        var begin = position;
        archive.read(attempt(), position, this::write);
        // why even where nothing came: the live log may have been filled anew meanwhile.
        seen = position;
        return !position.equals(begin);
    }

    private void write(LogLine line) {
        if (position.isPast(line)) {
            return;
        }
        LogStream stream = line.stream();
        if (isBeyondNext(line)) {
            waitingSince.putIfAbsent(stream, now);
            if (isPatient(stream)) {
                return;
            }
            var before = new LogLine(stream, line.number() - 1, line.at(), "");
            writer.gap(position.after(before), stream, position.of(stream) + 1, line.number() - 1);
        }
        waitingSince.remove(stream);
        position = position.after(line);
        writer.line(position, line);
    }

    private boolean isBeyondNext(LogLine line) {
        return line.number() > position.of(line.stream()) + 1;
    }

    /** Whether a stream waits and may go on waiting. */
    private boolean isPatient(LogStream stream) {
        var since = waitingSince.get(stream);
        return since != null && !over && now - since < patience.toNanos();
    }

    private AttemptId attempt() {
        return new AttemptId(task, position.attempt());
    }
}
