package dev.kohakku.controller.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.kohakku.standalone.engine.EmbeddedPostgres;
import dev.kohakku.standalone.engine.EmbeddedReplica;
import dev.kohakku.standalone.engine.TestEngines;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Reads at a real streaming replica. */
class ReplicasIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static EmbeddedPostgres primary;

    private final Pooling pooling = new Pooling();
    private EmbeddedReplica replica;
    private HikariDataSource atPrimary;
    private HikariDataSource atReplica;
    private Replica watched;
    private Replicas replicas;
    private JdbcClient jdbc;
    private TransactionTemplate transaction;
    private ReplicaReads reads;

    @BeforeAll
    static void startPrimary() {
        primary = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stopPrimary() {
        primary.close();
    }

    @BeforeEach
    void connect() {
        replica = EmbeddedReplica.of(primary);
        var properties = properties();
        atPrimary = pool(DatabaseAddress.ofPrimary(properties), properties);
        atReplica =
                pool(DatabaseAddress.ofReplica(address(replica.port()), properties), properties);
        watched = new Replica("replica-1", address(replica.port()), atReplica);
        replicas = new Replicas(atPrimary, List.of(watched), Duration.ofSeconds(2));
        var routed = DatabaseConfiguration.routed(atPrimary, replicas);
        var transactions = new BoundedTransactions(routed, pooling, properties);
        jdbc = JdbcClient.create(new BoundedStatements(routed, pooling, properties));
        transaction = new TransactionTemplate(transactions);
        reads = new ReplicaReads(replicas, jdbc, transactions, new SimpleMeterRegistry());
        jdbc.sql("create table if not exists t (n int)").update();
        jdbc.sql("delete from t").update();
        await().atMost(PATIENCE).until(() -> count(replica.jdbcUrl()) == 0);
        awaitFit(true);
    }

    /** To the replica's server and each of its processes. */
    private void signal(String signal) throws Exception {
        var server = ProcessHandle.of(replica.pid()).orElseThrow();
        var command = new ArrayList<>(List.of("kill", signal));
        Stream.concat(Stream.of(server), server.descendants())
                .forEach(process -> command.add(Long.toString(process.pid())));
        assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    }

    private void awaitFit(boolean fit) {
        await().atMost(PATIENCE.multipliedBy(3))
                .until(() -> {
                    replicas.look();
                    return watched.isFit() == fit;
                });
    }

    @AfterEach
    void disconnect() {
        Freshness.end();
        replicas.close();
        atPrimary.close();
        replica.close();
    }

    private static String address(int port) {
        return "127.0.0.1:" + port;
    }

    private static DatabaseProperties properties() {
        return new DatabaseProperties(
                List.of(primary.host()),
                primary.port(),
                primary.database(),
                primary.user(),
                primary.password(),
                "",
                "",
                new DatabaseProperties.Timeouts(
                        PATIENCE,
                        Duration.ofSeconds(9),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(60)));
    }

    private HikariDataSource pool(String url, DatabaseProperties properties) {
        var pool = new HikariDataSource();
        pool.setMaximumPoolSize(3);
        pool.setConnectionTimeout(PATIENCE.toMillis());
        pool.setInitializationFailTimeout(-1);
        pool.setDataSource(new ServerConnections(url, properties, pooling));
        return pool;
    }

    private static int count(String url) {
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement();
                var answer =
                        statement.executeQuery(
                                "select count(*) from pg_tables where tablename = 't'")) {
            answer.next();
            if (answer.getInt(1) == 0) {
                return -1;
            }
            try (var rows = statement.executeQuery("select count(*) from t")) {
                rows.next();
                return rows.getInt(1);
            }
        } catch (SQLException e) {
            return -1;
        }
    }

    private boolean isAtReplica() {
        return jdbc.sql("select pg_is_in_recovery()").query(Boolean.class).single();
    }

    private int rows() {
        return jdbc.sql("select count(*) from t").query(Integer.class).single();
    }

    private Lsn written() {
        jdbc.sql("insert into t values (1)").update();
        return Lsn.parse(
                        jdbc.sql("select pg_current_wal_insert_lsn()::text")
                                .query(String.class)
                                .single())
                .orElseThrow();
    }

    @Test
    void whatOnlyReadsGoesToTheReplicaAndNothingElse() {
        assertThat(reads.read(this::isAtReplica)).isTrue();
        assertThat(isAtReplica()).isFalse();
        assertThat(transaction.<Boolean>execute(status -> reads.read(this::isAtReplica))).isFalse();
    }

    @Test
    void aClientReadsItsOwnWriteAndOthersMaySeeItLater() {
        replica.pauseReplay();
        var own = written();

        assertThat(reads.read(this::rows)).isZero();
        Freshness.begin(own);
        assertThat(reads.read(this::rows)).isEqualTo(1);
        replica.resumeReplay();
        await().atMost(PATIENCE).until(() -> reads.read(this::isAtReplica));
        assertThat(reads.read(this::rows)).isEqualTo(1);
    }

    @Test
    void anAnswerTellsHowNewItWasAndTheNextReadIsNotOlder() {
        var first = Freshness.begin(null);
        reads.read(this::rows);

        assertThat(first.isOfReplicas()).isTrue();
        var seen = first.newest();
        assertThat(seen).isNotNull();
        Freshness.begin(new Lsn(seen.position() + (1L << 40)));
        assertThat(reads.read(this::isAtReplica)).isFalse();
        Freshness.begin(seen);
        assertThat(reads.read(this::isAtReplica)).isTrue();
    }

    @Test
    void aReplicaThatLagsIsLeftOutAndComesBackByItself() {
        replica.pauseReplay();
        written();
        awaitFit(false);
        assertThat(reads.read(this::rows)).isEqualTo(1);

        replica.resumeReplay();

        awaitFit(true);
        assertThat(reads.read(this::isAtReplica)).isTrue();
    }

    @Test
    void aReplicaThatIsGoneCostsNoReadItsAnswer() {
        assertThat(reads.read(this::isAtReplica)).isTrue();

        replica.close();

        assertThat(reads.read(this::isAtReplica)).isFalse();
        assertThat(watched.isFit()).isFalse();
        replicas.look();
        assertThat(reads.read(this::isAtReplica)).isFalse();
    }

    @Test
    void aReplicaWhoseConnectionsAreAllInUseStaysFitAndThePrimaryAnswers() throws Exception {
        try (var _ = atReplica.getConnection();
                var _ = atReplica.getConnection();
                var _ = atReplica.getConnection()) {
            assertThat(reads.read(this::isAtReplica)).isFalse();
            assertThat(watched.isFit()).isTrue();
        }
        assertThat(reads.read(this::isAtReplica)).isTrue();
    }

    @Test
    void aReadThatFailsForItsOwnReasonIsNotTriedTwiceAndCostsTheReplicaNothing() {
        var tries = new AtomicInteger();

        assertThatThrownBy(() ->
                        reads.read(() -> {
                            tries.incrementAndGet();
                            return jdbc.sql("select 1 / 0").query(Integer.class).single();
                        }))
                .hasStackTraceContaining("division by zero");

        assertThat(tries).hasValue(1);
        assertThat(watched.isFit()).isTrue();
    }

    @Test
    void aReplicaThatHangsTakesNoReadsAndHoldsUpNobody() throws Exception {
        signal("-STOP");
        try {
            replicas.look();

            assertThat(watched.isFit()).isFalse();
            assertThat(reads.read(this::isAtReplica)).isFalse();
        } finally {
            signal("-CONT");
        }
        awaitFit(true);
    }

    @Test
    void aReplicaThatWasPromotedIsNoneAnyMore() {
        replica.promote();

        replicas.look();

        assertThat(watched.isFit()).isFalse();
        written();
        assertThat(reads.read(this::rows)).isEqualTo(1);
    }

    @Test
    void aReplicaOfAnotherDatabaseStopsTheStart() {
        var other = TestEngines.postgres();
        var properties = properties();
        try (var wrong =
                new Replica(
                        "replica-1",
                        address(other.port()),
                        pool(
                                DatabaseAddress.ofReplica(address(other.port()), properties),
                                properties))) {
            var named = new Replicas(atPrimary, List.of(wrong), Duration.ofSeconds(10));

            assertThatThrownBy(named::lookAtStart)
                    .hasMessageContaining("POSTGRES_REPLICA_URLS names " + address(other.port()))
                    .hasMessageContaining("Correct the URL, or remove it");
            assertThat(wrong.isFit()).isFalse();
        }
    }
}
