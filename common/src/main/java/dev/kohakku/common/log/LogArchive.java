package dev.kohakku.common.log;

import dev.kohakku.common.task.AttemptId;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * The lasting log of an attempt: chunks of lines in the object store under {@code
 * logs/<task>/<attempt>/}. The name of a chunk says the positions it starts after and ends at, so
 * that the archived position is known from a listing.
 */
public interface LogArchive {

    /**
     * Stores a chunk. Idempotent: the same lines give the same name.
     *
     * @param start the position before the first of the lines
     * @param lines in order, not empty
     * @return the position after the last of the lines
     */
    LogPosition store(AttemptId attempt, LogPosition start, List<LogLine> lines) throws IOException;

    /** How far the archive reaches: the start of the attempt when there is no chunk. */
    LogPosition position(AttemptId attempt) throws IOException;

    /**
     * Hands every archived line after a position to a reader, in order, holding one chunk in memory
     * at a time.
     */
    void read(AttemptId attempt, LogPosition after, Consumer<LogLine> reader) throws IOException;
}
