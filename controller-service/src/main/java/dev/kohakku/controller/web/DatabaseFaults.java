package dev.kohakku.controller.web;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Optional;
import org.postgresql.util.PSQLException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * Tells what the database or the way to it does from what is a defect of ours. The first passes by
 * itself, so the same request may be repeated.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">SQLSTATE</a>
 */
final class DatabaseFaults {

    /** Beginnings of the SQLSTATEs that pass. */
    private static final List<String> PASSING =
            List.of(
                    "08", // the connection
                    "25006", // read-only: a standby, or a server that was demoted
                    "25P03", // a time-out of the session or the transaction
                    "25P04",
                    "40", // rolled back for others: serialization, deadlock
                    "53", // disk full, too many connections, out of memory
                    "55P03", // a lock was not to be had in time
                    "57" // cancelled, shut down, crashed, still starting
                    );

    /**
     * Where Postgres finds that a prepared statement would return other columns than it said: a
     * migration came in between. The pool drops the connection, and the next one prepares anew.
     */
    private static final String STALE_PLAN = "RevalidateCachedQuery";

    private DatabaseFaults() {}

    /** What the database or its path did, in words; empty when that is not what happened. */
    static Optional<String> in(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (passes(cause)) {
                return Optional.of(String.valueOf(cause.getMessage()));
            }
        }
        return Optional.empty();
    }

    private static boolean isStalePlan(PSQLException failed) {
        var said = failed.getServerErrorMessage();
        return said != null && STALE_PLAN.equals(said.getRoutine());
    }

    private static boolean passes(Throwable cause) {
        return switch (cause) {
            case SQLTransientConnectionException poolIsUsedUp -> true;
            case PSQLException failed when isStalePlan(failed) -> true;
            case SQLException failed -> {
                var state = String.valueOf(failed.getSQLState());
                yield PASSING.stream().anyMatch(state::startsWith);
            }
            case DataAccessResourceFailureException unreachable -> true;
            case TransientDataAccessException passing -> true;
            case CannotCreateTransactionException unreachable -> true;
            default -> false;
        };
    }
}
