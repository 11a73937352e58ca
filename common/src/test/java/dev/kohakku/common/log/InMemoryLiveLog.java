package dev.kohakku.common.log;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A live log in memory that can be told to fail. Thread-safe. */
public final class InMemoryLiveLog implements LiveLog {

    private final Map<AttemptId, Kept> attempts = new HashMap<>();
    private final Set<AttemptId> expired = new HashSet<>();
    private boolean away;

    /** From now on every call fails, or works again. */
    public synchronized void setAway(boolean away) {
        this.away = away;
    }

    /** Forgets everything, as a Redis that restarts without persistence. */
    public synchronized void lose() {
        attempts.clear();
    }

    /** Whether {@link #expire} was called; the lines stay. */
    public synchronized boolean isExpired(AttemptId attempt) {
        return expired.contains(attempt);
    }

    @Override
    public synchronized boolean append(AttemptId attempt, Epoch epoch, List<LogLine> lines) {
        reach();
        var kept = attempts.computeIfAbsent(attempt, Kept::new);
        if (epoch.compareTo(kept.epoch) < 0) {
            return false;
        }
        kept.epoch = epoch;
        for (var line : lines) {
            if (!kept.last.isPast(line)) {
                kept.lines.add(line);
                kept.last = kept.last.after(line);
            }
        }
        return true;
    }

    @Override
    public synchronized List<LogLine> after(AttemptId attempt, LogPosition position, int most) {
        reach();
        var kept = attempts.get(attempt);
        return kept == null
                ? List.of()
                : kept.lines.stream().filter(line -> !position.isPast(line)).limit(most).toList();
    }

    @Override
    public synchronized void trim(AttemptId attempt, LogPosition archived) {
        reach();
        var kept = attempts.get(attempt);
        if (kept != null) {
            kept.lines.removeIf(archived::isPast);
        }
    }

    @Override
    public synchronized void expire(AttemptId attempt) {
        reach();
        expired.add(attempt);
    }

    private void reach() {
        if (away) {
            throw new LiveLogUnavailableException(
                    "told to be away", new IllegalStateException("away"));
        }
    }

    private static final class Kept {
        private final List<LogLine> lines = new ArrayList<>();
        private LogPosition last;
        private Epoch epoch = Epoch.UNCLAIMED;

        Kept(AttemptId attempt) {
            last = LogPosition.startOf(attempt.number());
        }
    }
}
