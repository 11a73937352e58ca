package dev.kohakku.controller.health;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.ProxyConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Asks Postgres whether it accepts writes, over a connection of its own: a probe takes none from
 * the requests, and a pool they have used up says nothing about Postgres. Thread-safe.
 */
@Component
class DatabaseProbe implements AutoCloseable {

    /** SQLSTATE class: too many connections, out of memory, disk full. */
    private static final String INSUFFICIENT_RESOURCES = "53";

    private static final String QUESTION =
            "select pg_is_in_recovery(), current_setting('transaction_read_only') = 'on'";

    private final HikariDataSource pool;
    private final AtomicBoolean demoted = new AtomicBoolean();
    private final AtomicReference<@Nullable Connection> idle = new AtomicReference<>();

    DatabaseProbe(HikariDataSource pool) {
        this.pool = pool;
    }

    /** Why Postgres takes no writes now; empty when it does. Blocks; can be interrupted. */
    Optional<String> obstacle() throws SQLException {
        var kept = idle.getAndSet(null);
        if (kept != null) {
            try {
                return answerOf(kept);
            } catch (SQLException broken) {
                // why once more: a server that was restarted leaves us a dead connection, and that
                // says nothing about how it is now.
                return answerOf(open());
            }
        }
        return answerOf(open());
    }

    private Optional<String> answerOf(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(QUESTION)) {
            row.next();
            var obstacle = obstacle(row.getBoolean(1), row.getBoolean(2));
            if (demoted.getAndSet(obstacle.isPresent()) && obstacle.isEmpty()) {
                // why: what the pool still has leads to the server that takes no writes.
                pool.getHikariPoolMXBean().softEvictConnections();
            }
            if (obstacle.isEmpty()) {
                keep(connection);
            } else {
                // why: a server that takes no writes may be the old one of a failover.
                connection.close();
            }
            return obstacle;
        } catch (SQLException failed) {
            connection.close();
            throw failed;
        }
    }

    private static Optional<String> obstacle(boolean standby, boolean readOnly) {
        if (standby) {
            return Optional.of("the server is a standby: it takes no writes");
        }
        return readOnly
                ? Optional.of("the server is read-only (default_transaction_read_only is on)")
                : Optional.empty();
    }

    private Connection open() throws SQLException {
        var server = Objects.requireNonNull(pool.getDataSource(), "the pool has no data source");
        try {
            return server.getConnection();
        } catch (SQLException refused) {
            if (String.valueOf(refused.getSQLState()).startsWith(INSUFFICIENT_RESOURCES)) {
                // why: there is no place for one more, and those of the pool may work well.
                return pool.getConnection();
            }
            throw refused;
        }
    }

    private void keep(Connection connection) throws SQLException {
        if (connection instanceof ProxyConnection || !idle.compareAndSet(null, connection)) {
            connection.close();
        }
    }

    /** Idempotent. */
    @Override
    public void close() throws SQLException {
        var kept = idle.getAndSet(null);
        if (kept != null) {
            kept.close();
        }
    }
}
