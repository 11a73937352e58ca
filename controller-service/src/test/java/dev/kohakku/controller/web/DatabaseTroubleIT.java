package dev.kohakku.controller.web;

import static org.assertj.core.api.Assertions.assertThat;

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
        var postgres = TestEngines.postgres();
        // why from another database: a session of this one is read-only itself.
        try (var connection =
                        DriverManager.getConnection(
                                "jdbc:postgresql://%s:%d/postgres"
                                        .formatted(postgres.host(), postgres.port()),
                                postgres.user(),
                                postgres.password());
                var statement = connection.createStatement()) {
            statement.execute(
                    "alter database \"%s\" %s default_transaction_read_only %s"
                            .formatted(database, on ? "set" : "reset", on ? "= on" : ""));
        }
    }

    @BeforeEach
    void name() {
        database = jdbc.sql("select current_database()").query(String.class).single();
    }

    private void cutTheOthers() {
        jdbc.sql(
                        "select pg_terminate_backend(pid) from pg_stat_activity where pid <>"
                                + " pg_backend_pid() and datname = current_database()")
                .query()
                .listOfRows();
    }

    @AfterEach
    void write() throws SQLException {
        readOnly(false);
    }

    @Test
    void aReadOnlyServerIsUnavailableAndThePoolHealsAtOnceWhenAnotherTakesWrites()
            throws SQLException {
        var client = TestingClient.of(environment);
        readOnly(true);
        cutTheOthers();

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
    void connectionsThatWereCutAreNeverADefect() {
        var client = TestingClient.of(environment);
        for (var i = 0; i < 5; i++) {
            cutTheOthers();
            assertThat(client.post("/api/v1/tasks", TASK).status()).isIn(201, 503);
        }
    }
}
