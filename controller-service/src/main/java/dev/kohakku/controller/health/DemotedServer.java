package dev.kohakku.controller.health;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;

/**
 * Has the pool drop a connection to a server that takes no writes any more: after a failover the
 * next one leads to the new primary. Named in {@code application.yml}.
 */
public class DemotedServer implements SQLExceptionOverride {

    /** SQLSTATE: read-only SQL transaction. */
    private static final String READ_ONLY = "25006";

    /** Made by the pool. */
    public DemotedServer() {}

    @java.lang.Override
    public SQLExceptionOverride.Override adjudicate(SQLException failed) {
        return READ_ONLY.equals(failed.getSQLState())
                ? SQLExceptionOverride.Override.MUST_EVICT
                : SQLExceptionOverride.Override.CONTINUE_EVICT;
    }
}
