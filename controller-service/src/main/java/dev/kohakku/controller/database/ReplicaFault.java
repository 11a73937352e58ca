package dev.kohakku.controller.database;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What the failure of a read at a replica says of the replica, by its SQLSTATE (PostgreSQL,
 * appendix A).
 */
enum ReplicaFault {
    /** The server or the way to it is away, or it is no replica any more: read elsewhere. */
    AWAY,
    /** What it had to replay was in the way of this read: read elsewhere, this once. */
    CONFLICT,
    /** The read's own: it would fail, or take as long, at the primary too. */
    OF_THE_READ;

    static ReplicaFault of(Throwable failure) {
        var state = stateOf(failure);
        if (state == null) {
            return OF_THE_READ;
        }
        return switch (state) {
            // a server that is told to stop, crashes, starts, or ends this session or database
            case "57P01", "57P02", "57P03", "57P04", "57P05" -> AWAY;
            // read_only_sql_transaction: not of a read, so the server has changed under it
            case "25006" -> AWAY;
            case "40001" -> CONFLICT;
            default -> state.startsWith("08") ? AWAY : OF_THE_READ;
        };
    }

    private static @Nullable String stateOf(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return null;
    }
}
