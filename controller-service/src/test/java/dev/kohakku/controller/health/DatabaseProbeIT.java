package dev.kohakku.controller.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.kohakku.standalone.engine.TestEngines;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class DatabaseProbeIT {

    private static final String PROBE = "kohakku-probe-under-test";

    String database;
    HikariDataSource pool;
    DatabaseProbe probe;

    @BeforeEach
    void connect() {
        database = TestEngines.newDatabase();
        pool = new HikariDataSource(settings(TestEngines.postgres().port()));
        probe = new DatabaseProbe(pool);
    }

    private HikariConfig settings(int port) {
        var postgres = TestEngines.postgres();
        var config = new HikariConfig();
        config.setDataSource(
                new DriverManagerDataSource(
                        "jdbc:postgresql://%s:%d/%s?ApplicationName=%s"
                                .formatted(postgres.host(), port, database, PROBE),
                        postgres.user(),
                        postgres.password()));
        config.setMaximumPoolSize(1);
        config.setMinimumIdle(0);
        config.setInitializationFailTimeout(-1);
        return config;
    }

    @AfterEach
    void close() throws SQLException {
        probe.close();
        pool.close();
    }

    @Test
    void aServerThatTakesWritesIsNoObstacle() throws SQLException {
        assertThat(probe.obstacle()).isEmpty();
        assertThat(probe.obstacle()).isEmpty();
    }

    @Test
    void aPoolThatIsUsedUpSaysNothingAboutTheServer() throws SQLException {
        try (var _ = pool.getConnection()) {
            assertThat(probe.obstacle()).isEmpty();
        }
    }

    @Test
    void aReadOnlyServerIsNamedAndNoLongerOneOnceItTakesWrites() throws SQLException {
        run("alter database \"%s\" set default_transaction_read_only = on".formatted(database));
        assertThat(probe.obstacle())
                .hasValueSatisfying(why -> assertThat(why).contains("read-only"));

        run("set default_transaction_read_only = off");
        run("alter database \"%s\" reset default_transaction_read_only".formatted(database));

        assertThat(probe.obstacle()).isEmpty();
    }

    @Test
    void aConnectionThatWasCutMeanwhileIsNoObstacle() throws SQLException {
        assertThat(probe.obstacle()).isEmpty();
        run(
                "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and application_name = '%s' and datname = '%s'"
                        .formatted(PROBE, database));

        assertThat(probe.obstacle()).isEmpty();
    }

    @Test
    void aServerThatIsAwayIsAFailure() {
        try (var nowhere = new HikariDataSource(settings(1))) {
            var lost = new DatabaseProbe(nowhere);

            assertThatThrownBy(lost::obstacle).isInstanceOf(SQLException.class);
        }
    }

    private void run(String sql) throws SQLException {
        try (var connection = pool.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
