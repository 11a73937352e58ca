package dev.kohakku.controller.log;

import dev.kohakku.common.log.LogPosition;
import dev.kohakku.controller.task.Tasks;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/** Follows the log of one task for one client, in the thread of its request, until the end. */
final class LogFollower {

    private static final Logger log = LoggerFactory.getLogger(LogFollower.class);

    /** How often the live log is asked: what a line waits at most on top of its way here. */
    private static final Duration POLL = Duration.ofMillis(150);

    /** How often the task is asked for while nothing is known to have changed. */
    private static final Duration STANDING_POLL = Duration.ofMillis(400);

    /** How often the archive is asked as well: only needed while live lines are missing. */
    private static final Duration ARCHIVE_POLL = Duration.ofSeconds(3);

    private final LogReader reader;
    private final EventStreamWriter events;
    private final Supplier<Tasks.Standing> standing;
    private final boolean oneAttempt;
    private final CountDownLatch stopping;
    private final Duration heartbeat;
    private long written = System.nanoTime();
    private long archiveRead = System.nanoTime();
    private long asked = System.nanoTime() - STANDING_POLL.toNanos();

    LogFollower(
            LogReader reader,
            EventStreamWriter events,
            Supplier<Tasks.Standing> standing,
            boolean oneAttempt,
            CountDownLatch stopping,
            Duration heartbeat) {
        this.reader = reader;
        this.events = events;
        this.standing = standing;
        this.oneAttempt = oneAttempt;
        this.stopping = stopping;
        this.heartbeat = heartbeat;
    }

    /** Blocks until the task has ended and everything is sent, or the process stops. */
    void follow() throws InterruptedException {
        try {
            events.heartbeat();
            readWhatIsThere();
            events.flush();
            while (!isAtEnd()) {
                pulse();
                if (stopping.await(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                    events.interrupted(reader.position(), "the Controller stops");
                    break;
                }
                readNews();
            }
        } catch (IOException unreadable) {
            log.warn("Cannot read a log: {}", unreadable.toString());
            events.interrupted(reader.position(), "the log's archive cannot be read now");
        } catch (DataAccessException unavailable) {
            log.warn("Cannot ask for a task while its log is followed: {}", unavailable.toString());
            events.interrupted(reader.position(), "the database cannot be reached now");
        }
        events.flush();
    }

    /** While the archive is away, the live log alone: it says itself where it lacks lines. */
    private void readWhatIsThere() throws IOException {
        try {
            reader.readAll();
        } catch (IOException away) {
            log.debug("A log is followed without its archive: {}", away.toString());
            reader.readLive();
        }
    }

    private void readNews() throws IOException {
        var news = reader.readLive();
        if ((!news || reader.isWaiting()) && since(archiveRead).compareTo(ARCHIVE_POLL) > 0) {
            archiveRead = System.nanoTime();
            news |= readArchive();
        }
        if (news) {
            events.flush();
            written = System.nanoTime();
        }
    }

    // why not cut: who waits for no line of the archive misses nothing while it is away.
    private boolean readArchive() throws IOException {
        try {
            return reader.readArchive();
        } catch (IOException away) {
            if (reader.isWaiting()) {
                throw away;
            }
            return false;
        }
    }

    private boolean isAtEnd() throws IOException {
        if (since(asked).compareTo(STANDING_POLL) < 0) {
            return false;
        }
        var now = standing.get();
        asked = System.nanoTime();
        return isAtEnd(now);
    }

    private boolean isAtEnd(Tasks.Standing now) throws IOException {
        var isOver = now.state().isTerminal() || now.attempt() > attempt();
        if (!isOver) {
            return false;
        }
        // why after asking where it stands: the archive is complete before the end is reported.
        reader.readRest();
        if (now.attempt() > attempt() && !oneAttempt) {
            reader.nextAttempt();
            return isAtEnd(now);
        }
        events.end(reader.position(), now.state());
        return true;
    }

    private void pulse() {
        if (since(written).compareTo(heartbeat) >= 0) {
            events.heartbeat();
            written = System.nanoTime();
        }
    }

    private int attempt() {
        LogPosition position = reader.position();
        return position.attempt();
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }
}
