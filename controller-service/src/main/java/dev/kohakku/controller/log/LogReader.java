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

/** Reads the log of one task forward from a position, from wherever the lines are. */
final class LogReader {

    private static final int BATCH = 1_000;

    private final LogArchive archive;
    private final LiveLog live;
    private final TaskId task;
    private final LogWriter writer;
    private LogPosition position;

    LogReader(LogArchive archive, LiveLog live, TaskId task, LogWriter writer, LogPosition start) {
        this.archive = archive;
        this.live = live;
        this.task = task;
        this.writer = writer;
        this.position = start;
    }

    LogPosition position() {
        return position;
    }

    /** Goes on at the first line of the next attempt. */
    void nextAttempt() {
        position = LogPosition.startOf(position.attempt() + 1);
    }

    /** Writes everything there is now; returns whether that was anything. */
    boolean readAll() throws IOException {
        var begin = position;
        readArchive();
        readLive();
        return !position.equals(begin);
    }

    /** Writes what the archive has beyond the position. */
    boolean readArchive() throws IOException {
        var begin = position;
        archive.read(attempt(), position, this::write);
        return !position.equals(begin);
    }

    /**
     * Writes what the live log has beyond the position, and what the archive has where the live log
     * begins later.
     *
     * @return whether that was anything; false also when the state Redis is away
     */
    boolean readLive() throws IOException {
        var begin = position;
        try {
            var lines = live.after(attempt(), position, BATCH);
            while (!lines.isEmpty()) {
                for (var line : lines) {
                    // why: it may have been archived and trimmed since the archive was read.
                    if (isBeyondNext(line)) {
                        readArchive();
                    }
                    write(line);
                }
                lines = live.after(attempt(), position, BATCH);
            }
        } catch (LiveLogUnavailableException away) {
            return !position.equals(begin);
        }
        return !position.equals(begin);
    }

    private boolean isBeyondNext(LogLine line) {
        return line.number() > position.of(line.stream()) + 1;
    }

    private void write(LogLine line) {
        if (position.isPast(line)) {
            return;
        }
        if (isBeyondNext(line)) {
            var before = new LogLine(line.stream(), line.number() - 1, line.at(), "");
            LogStream stream = line.stream();
            writer.gap(position.after(before), stream, position.of(stream) + 1, line.number() - 1);
        }
        position = position.after(line);
        writer.line(position, line);
    }

    private AttemptId attempt() {
        return new AttemptId(task, position.attempt());
    }
}
