package dev.kohakku.e2e.cluster;

import dev.kohakku.standalone.engine.EmbeddedPgBouncer;
import dev.kohakku.standalone.engine.EmbeddedPostgres;
import dev.kohakku.standalone.engine.EmbeddedReplica;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * A primary behind PgBouncer in transaction mode, with a synchronous standby that is read as well
 * and takes the primary's place once.
 */
public final class PooledPostgres implements AutoCloseable {

    /** So many connections of all processes together; theirs to the pooler are more. */
    private static final int SERVER_CONNECTIONS = 40;

    private final EmbeddedPostgres primary;
    private final EmbeddedReplica standby;
    private final EmbeddedPgBouncer pooler;
    private final Watchman watchman;
    private boolean failedOver;

    private PooledPostgres(
            EmbeddedPostgres primary,
            EmbeddedReplica standby,
            EmbeddedPgBouncer pooler,
            Watchman watchman) {
        this.primary = primary;
        this.standby = standby;
        this.pooler = pooler;
        this.watchman = watchman;
    }

    static PooledPostgres before(EmbeddedPostgres primary, Watchman watchman) {
        var standby = EmbeddedReplica.of(primary);
        watchman.watch(standby.pid());
        try {
            synchronous(primary);
            // why the line: by default PgBouncer tries a server that refused it again after 15 s.
            var lines = List.of("server_login_retry = 1");
            var pooler = EmbeddedPgBouncer.start(primary, SERVER_CONNECTIONS, lines);
            watchman.watch(pooler.pid());
            return new PooledPostgres(primary, standby, pooler, watchman);
        } catch (SQLException | RuntimeException failed) {
            standby.close();
            throw new IllegalStateException("the standby is not synchronous", failed);
        }
    }

    /** From now on a commit is answered when both have it. */
    private static void synchronous(EmbeddedPostgres primary) throws SQLException {
        try (var connection = DriverManager.getConnection(primary.jdbcUrl());
                var statement = connection.createStatement()) {
            // why of the database: the embedded server is started with another value.
            statement.execute(
                    "alter database \"%s\" set synchronous_commit = 'on'"
                            .formatted(primary.database()));
            statement.execute("alter system set synchronous_standby_names = '*'");
            statement.execute("select pg_reload_conf()");
        }
    }

    /** What leads a Controller here: writes through the pooler, reads to the standby. */
    public Map<String, String> settings() {
        return Map.of(
                "POSTGRES_HOST", pooler.host(),
                "POSTGRES_PORT", Integer.toString(pooler.port()),
                "POSTGRES_REPLICA_URLS",
                        "%s:%d/%s".formatted(standby.host(), standby.port(), primary.database()));
    }

    /** Of whichever server is the primary now, past the pooler. */
    public String jdbcUrl() {
        return failedOver ? standby.jdbcUrl() : primary.jdbcUrl();
    }

    /** Kills the pooler and starts it again. */
    public void restartPooler() {
        pooler.restart();
        watchman.watch(pooler.pid());
    }

    /** Kills the primary, as a machine that is lost; the standby takes its place for good. */
    public void failOver() {
        ProcessHandle.of(primary.pid())
                .ifPresent(process -> {
                    process.destroyForcibly();
                    process.onExit().join();
                });
        standby.promote();
        failedOver = true;
        pooler.moveTo(standby.host(), standby.port());
    }

    @Override
    public void close() {
        pooler.close();
        standby.close();
    }
}
