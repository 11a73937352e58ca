package dev.kohakku.controller.database;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server that answers reads while it is fit for them. Thread-safe. */
final class Replica implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Replica.class);

    private final String name;
    private final String url;
    private final HikariDataSource pool;
    private final AtomicReference<@Nullable String> unfit = new AtomicReference<>("not asked yet");
    private final AtomicReference<Lsn> replayed = new AtomicReference<>(new Lsn(0));
    private volatile Duration lag = Duration.ZERO;

    /**
     * @param name in logs and metrics
     * @param url without secrets
     */
    Replica(String name, String url, HikariDataSource pool) {
        this.name = name;
        this.url = url;
        this.pool = pool;
    }

    /**
     * What a server says of itself.
     *
     * @param cluster differs between servers that do not replicate each other
     * @param recovering whether it is a replica
     * @param position what it has replayed; of a primary what it has written
     */
    record Standing(String cluster, String database, boolean recovering, Lsn position) {

        private static final String QUESTION =
                """
                select system_identifier::text, current_database(), pg_is_in_recovery(),
                       (case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_insert_lsn() end)::text
                from pg_control_system()
                """;

        static Standing of(Connection connection) throws SQLException {
            try (var statement = connection.createStatement();
                    var answer = statement.executeQuery(QUESTION)) {
                answer.next();
                return new Standing(
                        answer.getString(1),
                        answer.getString(2),
                        answer.getBoolean(3),
                        Lsn.parse(answer.getString(4)).orElse(new Lsn(0)));
            }
        }

        boolean isOfSameDatabase(Standing other) {
            return cluster.equals(other.cluster) && database.equals(other.database);
        }
    }

    String name() {
        return name;
    }

    String url() {
        return url;
    }

    HikariDataSource pool() {
        return pool;
    }

    Lsn replayed() {
        return replayed.get();
    }

    /** As of the last look. */
    Duration lag() {
        return lag;
    }

    /** Whether reads may go there. */
    boolean isFit() {
        return unfit.get() == null;
    }

    /** Whether every connection of this process to it is in use: a read would have to wait. */
    boolean isUsedUp() {
        var state = pool.getHikariPoolMXBean();
        return state != null && state.getActiveConnections() >= pool.getMaximumPoolSize();
    }

    /** It has replayed so much. */
    void sawReplayed(Lsn position) {
        replayed.accumulateAndGet(position, Lsn::later);
    }

    /**
     * What came of a look.
     *
     * @param behind null while that is not known
     */
    void judge(Standing standing, @Nullable Duration behind, Duration mostLag) {
        // why set and not raised: a server that was restored from a backup stands where it stands.
        replayed.set(standing.position());
        if (behind != null) {
            lag = behind;
        }
        if (!standing.recovering()) {
            leaveOut("it is no replica any more, it was promoted");
        } else if (behind == null) {
            leaveOut("how far it is behind is not known yet");
        } else if (behind.compareTo(mostLag) > 0) {
            leaveOut(
                    "it is %d s behind, kohakku.replicas.most-lag allows %d s"
                            .formatted(behind.toSeconds(), mostLag.toSeconds()));
        } else if (unfit.getAndSet(null) != null) {
            log.info("Replica {} at {} takes reads", name, url);
        }
    }

    /** Nothing is read there until a look finds it fit again. */
    void leaveOut(String reason) {
        if (unfit.getAndSet(reason) == null) {
            log.warn("Replica {} at {} takes no reads now: {}", name, url, reason);
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
