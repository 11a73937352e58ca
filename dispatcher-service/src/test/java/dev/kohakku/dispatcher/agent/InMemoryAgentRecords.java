package dev.kohakku.dispatcher.agent;

import dev.kohakku.common.blob.BlobKey;
import dev.kohakku.common.brief.BriefRef;
import dev.kohakku.common.queue.redis.RedisUnavailableException;
import dev.kohakku.common.task.AttemptId;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Agents' records in memory. Thread-safe. */
public final class InMemoryAgentRecords implements AgentRecords {

    private final Map<AttemptId, BriefRef> briefs = new HashMap<>();
    private final Map<AttemptId, Instant> checkIns = new HashMap<>();
    private final Map<AttemptId, AgentRecord.Progress> progresses = new HashMap<>();
    private final Map<AttemptId, Optional<CheckBack>> checkBacks = new HashMap<>();
    private final Set<AttemptId> closed = new HashSet<>();
    private boolean away;

    public synchronized void setAway(boolean isAway) {
        away = isAway;
    }

    /** Redis lost everything. */
    public synchronized void empty() {
        briefs.clear();
        checkIns.clear();
        progresses.clear();
        checkBacks.clear();
        closed.clear();
    }

    @Override
    public synchronized void open(AttemptId attempt, BriefRef brief) {
        reach();
        briefs.put(attempt, brief);
    }

    @Override
    public synchronized Optional<AgentRecord> read(AttemptId attempt) {
        reach();
        return Optional.ofNullable(briefs.get(attempt))
                .map(_ ->
                        new AgentRecord(
                                checkIns.get(attempt),
                                progresses.get(attempt),
                                checkBacks.getOrDefault(attempt, Optional.empty()).orElse(null)));
    }

    @Override
    public synchronized Optional<CheckBack> seal(AttemptId attempt) {
        reach();
        return checkBacks.computeIfAbsent(attempt, _ -> Optional.empty());
    }

    @Override
    public synchronized void close(AttemptId attempt) {
        reach();
        closed.add(attempt);
    }

    @Override
    public synchronized Standing standing(AttemptId attempt) {
        reach();
        var sealed = checkBacks.containsKey(attempt) && checkBacks.get(attempt).isEmpty();
        if (closed.contains(attempt) || sealed) {
            return Standing.OVER;
        }
        return briefs.containsKey(attempt) ? Standing.OPEN : Standing.UNKNOWN;
    }

    @Override
    public synchronized Optional<BlobKey> brief(AttemptId attempt) {
        reach();
        return Optional.ofNullable(briefs.get(attempt)).map(BriefRef::key);
    }

    @Override
    public synchronized void checkIn(AttemptId attempt, Instant at) {
        reach();
        checkIns.putIfAbsent(attempt, at);
    }

    @Override
    public synchronized void progress(AttemptId attempt, AgentRecord.Progress progress) {
        reach();
        progresses.put(attempt, progress);
    }

    @Override
    public synchronized Kept checkBack(AttemptId attempt, CheckBack checkBack) {
        reach();
        var kept = checkBacks.putIfAbsent(attempt, Optional.of(checkBack));
        if (kept == null || kept.equals(Optional.of(checkBack))) {
            return Kept.KEPT;
        }
        return kept.isEmpty() ? Kept.TOO_LATE : Kept.DIFFERENT;
    }

    private void reach() {
        if (away) {
            throw new RedisUnavailableException("told to be away", new IllegalStateException());
        }
    }
}
