package dev.kohakku.controller.database;

/** The statement that sets the time-outs. One statement for all: each costs a round trip. */
final class TimeoutStatement {

    private TimeoutStatement() {}

    /** For the session. */
    static String ofSession(DatabaseProperties.Timeouts timeouts) {
        return statement(timeouts, false);
    }

    /** Until the end of the transaction, whatever happens to the session afterwards. */
    static String ofTransaction(DatabaseProperties.Timeouts timeouts) {
        return statement(timeouts, true);
    }

    // why no transaction_timeout: servers before 17 do not know it, and refuse the statement.
    private static String statement(DatabaseProperties.Timeouts timeouts, boolean local) {
        return "select set_config('lock_timeout', '%d', %s), set_config('statement_timeout', '%d', %s), set_config('idle_in_transaction_session_timeout', '%d', %s)"
                .formatted(
                        timeouts.lock().toMillis(),
                        local,
                        timeouts.statement().toMillis(),
                        local,
                        timeouts.idleInTransaction().toMillis(),
                        local);
    }
}
