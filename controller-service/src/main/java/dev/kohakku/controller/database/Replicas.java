package dev.kohakku.controller.database;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * The replicas as one source of connections for reads: to one that is fit and has replayed what the
 * client has seen, and else to the primary. Thread-safe.
 */
final class Replicas extends AbstractDataSource implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Replicas.class);
    private static final ThreadLocal<@Nullable Replica> USED = new ThreadLocal<>();
    private static final String THE_PRIMARY = "primary";

    /** A server that takes longer to say where it stands does not answer reads in time either. */
    private static final Duration LOOK_PATIENCE = Duration.ofSeconds(2);

    private final HikariDataSource primary;
    private final List<Replica> all;
    private final Duration mostLag;
    private final PrimaryProgress progress = new PrimaryProgress();
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("replica-look-", 0).factory());
    private final Map<String, Future<?>> looking = new ConcurrentHashMap<>();
    private final AtomicInteger next = new AtomicInteger();
    private volatile Replica.@Nullable Standing ours;

    Replicas(HikariDataSource primary, List<Replica> all, Duration mostLag) {
        this.primary = primary;
        this.all = List.copyOf(all);
        this.mostLag = mostLag;
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    List<Replica> all() {
        return all;
    }

    /** The replica this thread's last connection leads to; null for the primary. */
    @Nullable Replica used() {
        return USED.get();
    }

    /** Forgets it. */
    void done() {
        USED.remove();
    }

    @Override
    public Connection getConnection() throws SQLException {
        var wanted = Freshness.wantedNow();
        var first = Math.floorMod(next.getAndIncrement(), Math.max(all.size(), 1));
        for (var i = 0; i < all.size(); i++) {
            var replica = all.get((first + i) % all.size());
            var connection =
                    replica.isFit() && !replica.isUsedUp() ? connect(replica, wanted) : null;
            if (connection != null) {
                USED.set(replica);
                return connection;
            }
        }
        USED.remove();
        return primary.getConnection();
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        return getConnection();
    }

    private static @Nullable Connection connect(Replica replica, @Nullable Lsn wanted) {
        try {
            var connection = replica.pool().getConnection();
            if (wanted == null || hasReplayed(replica, connection, wanted)) {
                return connection;
            }
            connection.close();
        } catch (SQLException e) {
            // why not each: where there is no cause, all connections were in use for too long.
            if (e.getCause() != null || ReplicaFault.of(e) == ReplicaFault.AWAY) {
                replica.leaveOut("no connection: " + e.getMessage());
            }
        }
        return null;
    }

    /** What is not known to be replayed may be by now: a client comes back at once. */
    private static boolean hasReplayed(Replica replica, Connection connection, Lsn wanted)
            throws SQLException {
        if (replica.replayed().compareTo(wanted) < 0) {
            try (var statement = connection.createStatement();
                    var answer = statement.executeQuery("select pg_last_wal_replay_lsn()::text")) {
                answer.next();
                Lsn.parse(answer.getString(1)).ifPresent(replica::sawReplayed);
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        }
        return replica.replayed().compareTo(wanted) >= 0;
    }

    /**
     * Looks where each stands, at all of them at once. One that does not answer within {@link
     * #LOOK_PATIENCE} takes no reads and holds up nobody; the look at it goes on, and is the only
     * one until its connection is given up.
     */
    void look() {
        var primaryLook = begun(THE_PRIMARY, this::lookAtPrimary);
        awaited(primaryLook);
        var looks = new LinkedHashMap<Replica, Future<?>>();
        all.forEach(replica -> looks.put(replica, begun(replica.name(), () -> look(replica))));
        looks.forEach((replica, look) -> {
            if (!awaited(look)) {
                replica.leaveOut("it has not answered within " + LOOK_PATIENCE.toMillis() + " ms");
            }
        });
    }

    private Future<?> begun(String server, Runnable look) {
        return looking.compute(
                server,
                (name, running) ->
                        running == null || running.isDone() ? threads.submit(look) : running);
    }

    /** Whether it came to its end in time. */
    private static boolean awaited(Future<?> look) {
        try {
            look.get(LOOK_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException late) {
            return false;
        } catch (ExecutionException defect) {
            throw new IllegalStateException(defect);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void lookAtPrimary() {
        try (var connection = primary.getConnection()) {
            var standing = Replica.Standing.of(connection);
            ours = standing;
            progress.add(System.nanoTime(), standing.position());
        } catch (SQLException away) {
            log.debug("The primary does not answer: {}", away.getMessage());
        }
    }

    private void look(Replica replica) {
        try (var connection = replica.pool().getConnection()) {
            var standing = Replica.Standing.of(connection);
            var same = ours;
            if (same == null) {
                replica.leaveOut("the primary has not answered yet");
            } else if (!standing.isOfSameDatabase(same)) {
                replica.leaveOut(anotherDatabase(replica, standing, same));
            } else {
                replica.judge(
                        standing, progress.lag(System.nanoTime(), standing.position()), mostLag);
            }
        } catch (SQLException e) {
            replica.leaveOut("it does not answer: " + e.getMessage());
        }
    }

    /** The same at the start, when a replica of something else is a mistake to be told. */
    void lookAtStart() {
        look();
        var same = ours;
        for (var replica : all) {
            try (var connection = replica.pool().getConnection()) {
                var standing = Replica.Standing.of(connection);
                if (same != null && !standing.isOfSameDatabase(same)) {
                    throw new IllegalStateException(anotherDatabase(replica, standing, same));
                }
            } catch (SQLException e) {
                log.warn(
                        "Replica {} does not answer, reads go to the primary: {}",
                        replica.name(),
                        e.getMessage());
            }
        }
    }

    private static String anotherDatabase(
            Replica replica, Replica.Standing standing, Replica.Standing same) {
        return "POSTGRES_REPLICA_URLS names %s, which is no replica of POSTGRES_HOST: its database is '%s' of cluster %s, not '%s' of cluster %s. Correct the URL, or remove it"
                .formatted(
                        replica.url(),
                        standing.database(),
                        standing.cluster(),
                        same.database(),
                        same.cluster());
    }

    @Override
    public void close() {
        threads.shutdownNow();
        all.forEach(Replica::close);
    }
}
