package dev.kohakku.dispatcher.log;

import dev.kohakku.common.log.LogArchive;
import dev.kohakku.common.log.LogLine;
import dev.kohakku.common.log.LogPosition;
import dev.kohakku.common.log.LogStream;
import dev.kohakku.common.task.AttemptId;
import java.io.IOException;
import java.time.Clock;
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

    /** The last line of a log that is not complete starts like this. */
    public static final String GAP = "[kohakku] the log is incomplete: ";

    private final AttemptId attempt;
    private final LogSource source;
    private final LogArchive archive;
    private final LogShipper.Live live;
    private final LogSettings settings;
    private final Clock clock;
    private final Map<LogStream, Long> numbers = new EnumMap<>(LogStream.class);
    private final Thread reader;
    private volatile @Nullable Thread sender;
    private volatile boolean givenUp;
    private volatile boolean closed;
    private volatile boolean archivedAll;

    LogShipment(
            AttemptId attempt,
            LogSource source,
            LogArchive archive,
            LogShipper.Live live,
            LogSettings settings,
            Clock clock) {
        this.attempt = attempt;
        this.source = source;
        this.archive = archive;
        this.live = live;
        this.settings = settings;
        this.clock = clock;
        this.reader = Thread.ofVirtual().name("log-" + attempt).unstarted(this::ship);
    }

    LogShipment start() {
        reader.start();
        return this;
    }

    /**
     * Waits until the output is read to its end and archived; call it once the container has ended.
     * When reading or storing takes too long the rest is given up, and the log's last line says so
     * if it can still be stored.
     *
     * @return whether the archive is complete, or says itself that it is not
     */
    public boolean flush() throws InterruptedException {
        if (!reader.join(settings.readLimit())) {
            LOG.warn("attempt {}: giving up on the rest of its output", attempt);
            givenUp = true;
            reader.interrupt();
            reader.join(settings.storeLimit());
        }
        if (archivedAll) {
            live.expire();
        }
        return archivedAll;
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
            var gap = read(lines);
            if (closed) {
                return;
            }
            if (gap != null) {
                add(lines, LogStream.STDERR, clock.instant(), GAP + gap);
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

    /** Reads everything; what is missing, or null. */
    private @Nullable String read(ChunkBuffer lines) {
        try {
            var complete = source.read((stream, at, text) -> take(lines, stream, at, text));
            return complete ? null : "the backend has lost part of the output";
        } catch (InterruptedException interrupted) {
            return givenUp
                    ? "the output could not be read within "
                            + settings.readLimit().toSeconds()
                            + " s of the end"
                    : "reading was interrupted";
        } catch (RuntimeException failed) {
            LOG.warn("attempt {}: its output cannot be read", attempt, failed);
            return "the output could not be read: " + failed.getMessage();
        }
    }

    private void take(ChunkBuffer lines, LogStream stream, Instant at, String text)
            throws InterruptedException {
        for (var from = 0; from < text.length() || from == 0; from += LogLine.LONGEST) {
            var to = Math.min(text.length(), from + LogLine.LONGEST);
            if (add(lines, stream, at, text.substring(from, to))) {
                store(lines);
            }
        }
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
        var chunk = lines.chunk();
        var interrupted = false;
        while (!chunk.isEmpty()) {
            try {
                var position = archive.store(attempt, lines.archived(), chunk);
                lines.archived(position);
                live.trim(position);
                break;
            } catch (IOException away) {
                LOG.warn("attempt {}: its log cannot be archived: {}", attempt, away.toString());
                interrupted |= !pause();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether it was not interrupted. */
    private boolean pause() throws InterruptedException {
        try {
            Thread.sleep(PAUSE);
            return true;
        } catch (InterruptedException interrupted) {
            if (closed) {
                throw interrupted;
            }
            return false;
        }
    }
}
