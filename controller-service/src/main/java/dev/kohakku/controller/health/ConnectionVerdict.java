package dev.kohakku.controller.health;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.util.Set;

/**
 * Has the pool drop a connection that would fail again, where a new one does not. Named in {@code
 * application.yml}.
 */
public class ConnectionVerdict implements SQLExceptionOverride {

    private static final Set<String> FAILS_AGAIN =
            Set.of(
                    // read-only: after a failover the next connection leads to the new primary
                    "25006",
                    // not supported, above all a prepared statement whose result got another type
                    // by a migration: in a transaction the driver prepares it anew for nobody
                    "0A000");

    /** Made by the pool. */
    public ConnectionVerdict() {}

    @java.lang.Override
    public SQLExceptionOverride.Override adjudicate(SQLException failed) {
        return FAILS_AGAIN.contains(String.valueOf(failed.getSQLState()))
                ? SQLExceptionOverride.Override.MUST_EVICT
                : SQLExceptionOverride.Override.CONTINUE_EVICT;
    }
}
