package dev.kohakku.dispatcher.log;

import dev.kohakku.common.log.LogArchive;
import dev.kohakku.common.log.LogLine;
import dev.kohakku.common.log.LogPosition;
import dev.kohakku.common.log.LogStream;
import dev.kohakku.common.task.AttemptId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of one attempt on its way, on threads of its own from {@link LogShipper#open} until
 * {@link #close}.
 */
public final class LogShipment implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LogShipment.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LOOK = Duration.ofMillis(50);

    private final AttemptId attempt;
    private final LogSource source;
    private final LogArchive archive;
    private final LogShipper.Live live;
    private final LogSettings settings;
    private final ReadingStage stage = new ReadingStage();
    private final Map<LogStream, Long> numbers = new EnumMap<>(LogStream.class);
    private final Thread reader;
    private volatile @Nullable Thread sender;
    private volatile boolean closed;
    private volatile boolean archivedAll;
    private volatile boolean complete;

    LogShipment(
            AttemptId attempt,
            LogSource source,
            LogArchive archive,
            LogShipper.Live live,
            LogSettings settings) {
        this.attempt = attempt;
        this.source = source;
        this.archive = archive;
        this.live = live;
        this.settings = settings;
        this.reader = Thread.ofVirtual().name("log-" + attempt).unstarted(this::ship);
    }

    LogShipment start() {
        reader.start();
        return this;
    }

    /**
     * Waits until the output is read to its end and archived; call it once the container has ended.
     * Reading may take as long as lines come, and is given up when none comes for the read limit;
     * what was read before is still archived. A store that takes longer than the store limit ends
     * the waiting.
     *
     * @return whether the archive is complete
     */
    public boolean flush() throws InterruptedException {
        var ended = System.nanoTime();
        while (!reader.join(LOOK)) {
            if (stage.worksLongerThan(settings.storeLimit(), ended)) {
                LOG.warn("attempt {}: giving up on archiving the rest of its log", attempt);
                return false;
            }
            if (stage.giveUpAfter(settings.readLimit(), ended, reader)) {
                LOG.warn("attempt {}: giving up on reading the rest of its output", attempt);
            }
        }
        if (archivedAll) {
            live.expire();
        }
        return archivedAll && complete;
    }

    /** Stops where it is; whoever opens the shipment again goes on from what is archived. */
    @Override
    public void close() {
        closed = true;
        reader.interrupt();
        var sending = sender;
        if (sending != null) {
            sending.interrupt();
        }
    }

    private void ship() {
        try {
            var lines = new ChunkBuffer(archivedPosition(), settings);
            sender = Thread.ofVirtual().name("live-" + attempt).start(live.sender(lines)::run);
            complete = read(lines);
            if (closed) {
                return;
            }
            store(lines);
            lines.end();
            archivedAll = true;
        } catch (InterruptedException interrupted) {
            LOG.debug("log of attempt {} left", attempt);
        } catch (RuntimeException defect) {
            LOG.error("attempt {}: its log could not be shipped", attempt, defect);
        }
    }

    /**
     * Reads everything.
     *
     * @return whether that was all. Nothing in the log itself says otherwise: a line of ours would
     *     take the number of a line that a later reading may still find
     */
    private boolean read(ChunkBuffer lines) {
        try {
            stage.waits();
            return source.read((stream, at, text) -> take(lines, stream, at, text));
        } catch (InterruptedException interrupted) {
            LOG.debug("attempt {}: reading was interrupted", attempt);
            return false;
        } catch (RuntimeException failed) {
            LOG.warn("attempt {}: its output cannot be read", attempt, failed);
            return false;
        } finally {
            if (!stage.works()) {
                // why: it was meant for the reading; what is read is still to be archived.
                Thread.interrupted();
            }
        }
    }

    private void take(ChunkBuffer lines, LogStream stream, Instant at, String text)
            throws InterruptedException {
        if (!stage.works()) {
            throw new InterruptedException("given up");
        }
        for (var from = 0; from < text.length() || from == 0; from += LogLine.LONGEST) {
            var to = Math.min(text.length(), from + LogLine.LONGEST);
            if (add(lines, stream, at, text.substring(from, to))) {
                store(lines);
            }
        }
        stage.waits();
    }

    private boolean add(ChunkBuffer lines, LogStream stream, Instant at, String text) {
        var number = numbers.merge(stream, 1L, Long::sum);
        return lines.add(new LogLine(stream, number, at, text));
    }

    /** why the start where nobody says: a line archived twice is read once, a lost one never. */
    private LogPosition archivedPosition() {
        try {
            return archive.position(attempt);
        } catch (IOException away) {
            LOG.warn("attempt {}: its archived log cannot be listed: {}", attempt, away.toString());
            return LogPosition.startOf(attempt.number());
        }
    }

    /**
     * Archives what is there, trying again until the object store has taken it. Only a close ends
     * that: giving up on the reading must not give up what is read.
     */
    private void store(ChunkBuffer lines) throws InterruptedException {
        stage.works();
        for (var chunk = lines.chunk(); !chunk.isEmpty(); chunk = lines.chunk()) {
            try {
                var position = archive.store(attempt, lines.archived(), chunk);
                lines.archived(position);
                live.trim(position);
            } catch (IOException away) {
                LOG.warn("attempt {}: its log cannot be archived: {}", attempt, away.toString());
                if (closed) {
                    // why: the store may have taken the interrupt for itself.
                    throw new InterruptedException("closed");
                }
                Thread.sleep(PAUSE);
            }
        }
    }
}
