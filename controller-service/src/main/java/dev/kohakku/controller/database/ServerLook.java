package dev.kohakku.controller.database;

import dev.kohakku.common.telemetry.ClockWatch;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Looks at the server: once, whether it has room for this process's pool; at every look, what time
 * it is there. To be called by one thread.
 */
class ServerLook {

    private static final Logger log = LoggerFactory.getLogger(ServerLook.class);

    /**
     * What this user may use of the server: less what is kept for others, and less where role or
     * database have a limit of their own. PostgreSQL before 16 has no {@code reserved_connections}.
     */
    private static final String ROOM =
            """
            select least(
                current_setting('max_connections')::int
                    - current_setting('superuser_reserved_connections')::int
                    - coalesce(nullif(current_setting('reserved_connections', true), '')::int, 0),
                (select nullif(rolconnlimit, -1) from pg_roles where rolname = current_user),
                (select nullif(datconnlimit, -1) from pg_database where datname = current_database()))
            """;

    private final JdbcClient jdbc;
    private final Pooling pooling;
    private final int poolSize;
    private final Clock clock;
    private final ClockWatch watch;
    private @Nullable Integer room;

    /**
     * @param poolSize {@code POSTGRES_POOL_SIZE}
     * @param watch is told what the server's clock shows
     */
    ServerLook(JdbcClient jdbc, Pooling pooling, int poolSize, Clock clock, ClockWatch watch) {
        this.jdbc = jdbc;
        this.pooling = pooling;
        this.poolSize = poolSize;
        this.clock = clock;
        this.watch = watch;
    }

    /** Blocks for two statements at most; an exception leaves what was known. */
    void look() {
        if (room == null) {
            room = jdbc.sql(ROOM).query(Integer.class).single();
            compareWith(room);
        }
        var asked = clock.instant();
        var told = jdbc.sql("select clock_timestamp()").query(OffsetDateTime.class).single();
        watch.compared(asked, told.toInstant(), Duration.ZERO, clock.instant());
    }

    private void compareWith(int connections) {
        if (pooling.seen()) {
            // why no warning: the pooler shares few connections out, and does not say how many.
            log.info(
                    "Behind the pooler Postgres takes {} connections: the pooler's"
                            + " default_pool_size (times its users and databases) stays below, and"
                            + " POSTGRES_POOL_SIZE ({}) times the processes below its"
                            + " max_client_conn.",
                    connections,
                    poolSize);
        } else if (poolSize > connections) {
            log.warn(
                    "POSTGRES_POOL_SIZE is {}, but Postgres takes only {} connections of this user"
                            + " (max_connections less what is reserved, and the limits of role and"
                            + " database): requests will fail under load. The rule: processes x"
                            + " POSTGRES_POOL_SIZE, plus a tenth for operators, stays below; lower"
                            + " it, or raise the server's limit. See docs/scaling.md.",
                    poolSize,
                    connections);
        }
    }
}
