package dev.kohakku.controller.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.kohakku.standalone.engine.EmbeddedPgBouncer;
import dev.kohakku.standalone.engine.TestEngines;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Through the machine's real PgBouncer, as it is set up by default. */
class PoolerIT {

    private static final DatabaseProperties.Timeouts TIMEOUTS =
            new DatabaseProperties.Timeouts(
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(60));

    private final String database = TestEngines.newDatabase();
    private final Pooling pooling = new Pooling();
    private EmbeddedPgBouncer bouncer;
    private DatabaseProperties properties;
    private HikariDataSource pool;
    private JdbcClient jdbc;
    private TransactionTemplate transaction;

    @BeforeEach
    void connect() {
        RequiredPgBouncer.orSkip();
        bouncer =
                EmbeddedPgBouncer.start(
                        TestEngines.postgres(), 2, List.of("verbose = 1", "stats_period = 3600"));
        properties = properties(bouncer.port());
        pool = pool(properties, pooling);
        jdbc = JdbcClient.create(new BoundedStatements(pool, pooling, properties));
        transaction = new TransactionTemplate(new BoundedTransactions(pool, pooling, properties));
        jdbc.sql("create table t (id int primary key, n int not null)").update();
        jdbc.sql("insert into t select i, 0 from generate_series(1, 10) i").update();
    }

    @AfterEach
    void disconnect() {
        if (bouncer != null) {
            pool.close();
            bouncer.close();
        }
    }

    private DatabaseProperties properties(int port) {
        var server = TestEngines.postgres();
        return new DatabaseProperties(
                List.of(server.host()),
                port,
                database,
                server.user(),
                server.password(),
                "",
                "",
                TIMEOUTS);
    }

    private static HikariDataSource pool(DatabaseProperties properties, Pooling pooling) {
        var pool = new HikariDataSource();
        pool.setMaximumPoolSize(4);
        pool.setDataSource(
                new ServerConnections(DatabaseAddress.ofPrimary(properties), properties, pooling));
        return pool;
    }

    private String show(String setting) {
        return jdbc.sql("show " + setting).query(String.class).single();
    }

    @Test
    void aPoolerIsNoticedAndADirectServerIsNotTakenForOne() {
        var direct = new Pooling();
        var other = properties(TestEngines.postgres().port());
        try (var servers = pool(other, direct)) {
            var session = JdbcClient.create(servers);

            assertThat(session.sql("show lock_timeout").query(String.class).single())
                    .isEqualTo("1s");
            assertThat(direct.seen()).isFalse();
        }
        assertThat(pooling.seen()).isTrue();
    }

    @Test
    void theTimeoutsHoldInEachTransactionAndLeaveNothingInTheSession() {
        var inside =
                transaction.execute(status ->
                        List.of(
                                show("lock_timeout"),
                                show("statement_timeout"),
                                show("idle_in_transaction_session_timeout")));

        assertThat(inside).containsExactly("1s", "2s", "1min");
        assertThat(show("lock_timeout")).isEqualTo("0");
    }

    @Test
    void nobodyWaitsForALockLongerThanAllowed() throws SQLException {
        try (var other = DriverManager.getConnection(TestEngines.postgres().jdbcUrl(database));
                var statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("update t set n = n + 1 where id = 1");

            assertThat(stateOf(() -> transaction.execute(ours -> write()))).isEqualTo("55P03");
            // why another error: without a transaction the driver cancels it.
            assertThat(stateOf(this::write)).isEqualTo("57014");
        }
    }

    private int write() {
        return jdbc.sql("update t set n = 9 where id = 1").update();
    }

    private static String stateOf(Runnable refused) {
        var cause = catchThrowable(refused::run);
        while (!(cause instanceof SQLException sql)) {
            cause = cause.getCause();
        }
        return sql.getSQLState();
    }

    @Test
    void noStatementOfThePoolersOwnComesBeforeATransaction()
            throws SQLException, InterruptedException {
        useAllConnections();
        workAtOnce(4, 25);
        var before = settingsApplied();

        workAtOnce(4, 100);

        // why not none: a server's new connection is set up once, and the pooler opens them late.
        assertThat(settingsApplied() - before).isLessThan(20);
    }

    @Test
    void transactionsOfManyClientsOverFewServersFindTheirStatements() throws InterruptedException {
        workAtOnce(8, 100);

        assertThat(jdbc.sql("select sum(n) from t").query(Integer.class).single()).isEqualTo(800);
    }

    @Test
    void statementsArePreparedWhereThePoolerCarriesThemAndOnlyThere()
            throws SQLException, InterruptedException {
        workAtOnce(2, 20);

        var onServers =
                jdbc.sql(
                                "select count(*) from pg_prepared_statements where statement like 'update t%'")
                        .query(Integer.class)
                        .single();
        try (var connection = pool.getConnection()) {
            var threshold = connection.unwrap(PGConnection.class).getPrepareThreshold();
            if (carries()) {
                assertThat(threshold).isPositive();
                assertThat(onServers).isPositive();
            } else {
                assertThat(threshold).isZero();
                assertThat(onServers).isZero();
            }
        }
    }

    @Test
    void aPoolerThatIsToldToCarryNothingGetsNothing() throws SQLException {
        assumeThat(carries()).as("this PgBouncer carries no statements anyway").isTrue();
        try (var without =
                        EmbeddedPgBouncer.start(
                                TestEngines.postgres(), 2, List.of("max_prepared_statements = 0"));
                var unprepared = pool(properties(without.port()), new Pooling());
                var connection = unprepared.getConnection()) {
            assertThat(connection.unwrap(PGConnection.class).getPrepareThreshold()).isZero();
        }
    }

    /** Since 1.24 by default. */
    private static boolean carries() {
        return RequiredPgBouncer.version().compareTo("1.24") >= 0;
    }

    private void useAllConnections() throws SQLException {
        var taken = new ArrayList<Connection>();
        for (var i = 0; i < pool.getMaximumPoolSize(); i++) {
            taken.add(pool.getConnection());
        }
        for (var connection : taken) {
            connection.close();
        }
    }

    private void workAtOnce(int clients, int times) throws InterruptedException {
        var threads =
                IntStream.range(0, clients)
                        .mapToObj(client -> Thread.ofVirtual().start(() -> work(client + 1, times)))
                        .toList();
        for (var thread : threads) {
            thread.join();
        }
    }

    private void work(int id, int times) {
        for (var i = 0; i < times; i++) {
            transaction.executeWithoutResult(status -> {
                jdbc.sql("select n from t where id = :id")
                        .param("id", id)
                        .query(Integer.class)
                        .single();
                jdbc.sql("update t set n = n + 1 where id = :id").param("id", id).update();
            });
        }
    }

    private long settingsApplied() {
        return Pattern.compile("varcache_apply: .*SET ").matcher(bouncer.log()).results().count();
    }
}
