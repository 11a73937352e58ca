package dev.kohakku.common.log;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import java.util.List;

/**
 * The log of attempts that run now, in the state Redis. Thread-safe, blocking. It may be emptied or
 * lose its last second at any time: the archive, written by the shipper from the backend's own log,
 * is what lasts.
 */
public interface LiveLog {

    /**
     * Appends lines, each only where its number is higher than the last one kept of its stream:
     * repeating a call, or reading the backend's log again from the start, adds nothing twice. An
     * epoch lower than the highest that ever wrote is refused.
     *
     * @return whether the epoch was current
     * @throws LiveLogUnavailableException when Redis cannot be reached; any prefix of the lines may
     *     have been appended
     */
    boolean append(AttemptId attempt, Epoch epoch, List<LogLine> lines);

    /**
     * Lines after a position, oldest first. Lines that were trimmed away because they are archived
     * are not returned: a number that is not the next one of its stream means that the lines
     * between are in the archive, or on their way there.
     *
     * @param most how many at most, from 1
     * @throws LiveLogUnavailableException when Redis cannot be reached
     */
    List<LogLine> after(AttemptId attempt, LogPosition position, int most);

    /** Drops the lines that {@code archived} has passed, keeping what is not archived. */
    void trim(AttemptId attempt, LogPosition archived);

    /**
     * Lets the attempt's live log disappear some minutes from now; everything is archived.
     * Idempotent.
     */
    void expire(AttemptId attempt);
}
