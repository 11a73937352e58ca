package dev.kohakku.dispatcher.agent;

import dev.kohakku.common.blob.BlobKey;
import dev.kohakku.common.brief.BriefRef;
import dev.kohakku.common.task.AttemptId;
import java.time.Instant;
import java.util.Optional;

/**
 * What agents have said, attempt by attempt, where every replica finds it: any may answer an agent,
 * and the owner reads what was said. Thread-safe, blocking; every method fails with a {@code
 * RedisUnavailableException} while the state Redis is away, and may then be called again.
 */
public interface AgentRecords {

    /** How the record of an attempt stands. */
    enum Standing {
        /** The agent may call. */
        OPEN,
        /** The attempt has ended. */
        OVER,
        /** Nobody works on it, or Redis has lost it and its owner will write it again shortly. */
        UNKNOWN
    }

    /** What became of a check-back. */
    enum Kept {
        /** It is kept, now or by an earlier call. */
        KEPT,
        /** Another one was before it. */
        DIFFERENT,
        /** The attempt has ended without one. */
        TOO_LATE
    }

    /** Lets the attempt's agent call. Idempotent; also mends a record that Redis has lost. */
    void open(AttemptId attempt, BriefRef brief);

    /** What the agent has said. Empty when there is no record: it must be opened (again). */
    Optional<AgentRecord> read(AttemptId attempt);

    /**
     * Decides the race between a check-back and the container's end: afterwards no check-back is
     * taken any more. Idempotent.
     *
     * @return the check-back that was there
     */
    Optional<CheckBack> seal(AttemptId attempt);

    /** The attempt is over: agents are refused, and the record disappears soon. Idempotent. */
    void close(AttemptId attempt);

    /** Whether the attempt's agent may call. */
    Standing standing(AttemptId attempt);

    /** Where the attempt's brief is. */
    Optional<BlobKey> brief(AttemptId attempt);

    /** The agent runs. Idempotent: the first call's time stays. */
    void checkIn(AttemptId attempt, Instant at);

    /** How far it is; replaces what was said before. */
    void progress(AttemptId attempt, AgentRecord.Progress progress);

    /** How it went. The first one stays; saying the same again is fine. */
    Kept checkBack(AttemptId attempt, CheckBack checkBack);
}
