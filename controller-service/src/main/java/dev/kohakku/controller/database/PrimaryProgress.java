package dev.kohakku.controller.database;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Where the primary's log stood and when, by this process's own clock: how old that is which a
 * replica has not replayed yet. The replica's own word for it says nothing while nothing is
 * written. Thread-safe.
 */
final class PrimaryProgress {

    /** A little more than is ever asked for. */
    private static final int MOST = 1_000;

    private final Deque<Seen> seen = new ArrayDeque<>();

    private record Seen(long nanos, Lsn position) {}

    /**
     * The primary stands here now. One that stands before where it was is another one, promoted or
     * restored: what was seen of the former says nothing of it.
     */
    synchronized void add(long nanos, Lsn position) {
        if (!seen.isEmpty() && position.compareTo(seen.getLast().position()) < 0) {
            seen.clear();
        }
        if (seen.isEmpty() || position.compareTo(seen.getLast().position()) > 0) {
            seen.addLast(new Seen(nanos, position));
        }
        if (seen.size() > MOST) {
            seen.removeFirst();
        }
    }

    /**
     * How long ago the primary was first seen past this position; zero where it was not, null where
     * it has been past it since before it was seen first.
     */
    synchronized @Nullable Duration lag(long nanos, Lsn replayed) {
        if (seen.isEmpty() || replayed.compareTo(seen.getFirst().position()) < 0) {
            return null;
        }
        return seen.stream()
                .filter(each -> each.position().compareTo(replayed) > 0)
                .findFirst()
                .map(each -> Duration.ofNanos(nanos - each.nanos()))
                .orElse(Duration.ZERO);
    }
}
