package dev.kohakku.controller.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.standalone.engine.TestEngines;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

@ControllerTest
@TestPropertySource(
        properties = {"POSTGRES_POOL_SIZE=3", "spring.datasource.hikari.minimum-idle=3"})
class DatabaseTroubleIT {

    private static final String TASK = "{\"name\":\"n\",\"image\":\"b\"}";

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    String database;

    private void readOnly(boolean on) throws SQLException {
        elsewhere(
                "alter database \"%s\" %s default_transaction_read_only %s"
                        .formatted(database, on ? "set" : "reset", on ? "= on" : ""));
    }

    /** Every connection of the Controller ends, in whatever it is doing. */
    private void cutAll() throws SQLException {
        elsewhere(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = '%s'"
                        .formatted(database));
    }

    // why from another database: a session of this one is read-only itself, and would be cut.
    private static void elsewhere(String statement) throws SQLException {
        var postgres = TestEngines.postgres();
        try (var connection =
                        DriverManager.getConnection(
                                "jdbc:postgresql://%s:%d/postgres"
                                        .formatted(postgres.host(), postgres.port()),
                                postgres.user(),
                                postgres.password());
                var sent = connection.createStatement()) {
            sent.execute(statement);
        }
    }

    @BeforeEach
    void name() {
        database = jdbc.sql("select current_database()").query(String.class).single();
    }

    @AfterEach
    void healed() throws SQLException {
        readOnly(false);
        // why more often than there are connections: each that was cut fails once.
        await().ignoreExceptions()
                .until(() -> {
                    for (var i = 0; i < 6; i++) {
                        jdbc.sql("select 1").query().singleRow();
                    }
                    return true;
                });
    }

    @Test
    void aReadOnlyServerIsUnavailableAndThePoolHealsAtOnceWhenAnotherTakesWrites()
            throws SQLException {
        var client = TestingClient.of(environment);
        readOnly(true);
        cutAll();

        var refused = client.post("/api/v1/tasks", TASK);

        assertThat(refused.status()).as(refused.body()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).isNotEmpty();
        assertThat(client.get("/ready/").status()).isEqualTo(503);

        readOnly(false);
        for (var i = 0; i < 3; i++) {
            client.post("/api/v1/tasks", TASK);
        }
        var accepted = client.post("/api/v1/tasks", TASK);
        assertThat(accepted.status()).as(accepted.body()).isEqualTo(201);
    }

    @Test
    void connectionsThatWereCutAreNeverADefect() throws SQLException {
        var client = TestingClient.of(environment);
        for (var i = 0; i < 5; i++) {
            cutAll();
            assertThat(client.post("/api/v1/tasks", TASK).status()).isIn(201, 503);
        }
    }
}
