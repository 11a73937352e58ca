package dev.kohakku.dispatcher.log;

import dev.kohakku.common.log.LogLine;
import dev.kohakku.common.log.LogPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The lines read since the last archived chunk. The reader adds and archives; the live sender takes
 * what it has not sent. Lines archived before they were sent live are not sent any more: followers
 * find them in the archive. Thread-safe.
 */
final class ChunkBuffer {

    private final int mostLines;
    private final long mostCharacters;
    private final List<LogLine> lines = new ArrayList<>();
    private LogPosition archived;
    private long characters;
    private int sent;
    private boolean ended;

    ChunkBuffer(LogPosition archived, LogSettings settings) {
        this.archived = archived;
        this.mostLines = settings.chunkLines();
        this.mostCharacters = settings.chunkSize().toBytes();
    }

    /** Adds a line unless it is archived; whether the chunk is full. */
    synchronized boolean add(LogLine line) {
        if (archived.isPast(line)) {
            return false;
        }
        lines.add(line);
        characters += line.text().length();
        notifyAll();
        return lines.size() >= mostLines || characters >= mostCharacters;
    }

    synchronized LogPosition archived() {
        return archived;
    }

    /** Everything since the last chunk. */
    synchronized List<LogLine> chunk() {
        return List.copyOf(lines);
    }

    /** The lines of {@link #chunk()} are archived up to this position. */
    synchronized void archived(LogPosition position) {
        archived = position;
        lines.clear();
        characters = 0;
        sent = 0;
    }

    /** Nothing more comes. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /**
     * Waits for lines not sent yet.
     *
     * @return up to {@code most} of them; empty when nothing more comes
     */
    synchronized List<LogLine> awaitUnsent(int most) throws InterruptedException {
        while (sent >= lines.size() && !ended) {
            wait();
        }
        return List.copyOf(lines.subList(sent, Math.min(lines.size(), sent + most)));
    }

    /** These are live now. */
    synchronized void sent(List<LogLine> batch) {
        // why the search: a chunk archived meanwhile has taken lines away.
        var last = lines.indexOf(batch.getLast());
        sent = Math.max(sent, last + 1);
    }

    /** Lets time pass before the next batch, unless a full batch or the end is there. */
    synchronized void linger(Duration most, int fullBatch) throws InterruptedException {
        var until = System.nanoTime() + most.toNanos();
        for (var left = most.toNanos();
                left > 0 && !ended && lines.size() - sent < fullBatch;
                left = until - System.nanoTime()) {
            wait(Math.max(1, left / 1_000_000));
        }
    }
}
