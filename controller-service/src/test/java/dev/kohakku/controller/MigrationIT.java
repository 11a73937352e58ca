package dev.kohakku.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kohakku.standalone.engine.TestEngines;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class MigrationIT {

    private final String database = TestEngines.newDatabase();

    /** No Redis and no object store is named: a connection to one would be tried here in vain. */
    @Test
    void theCommandBringsTheSchemaUpToDateAndEnds() throws SQLException {
        var options =
                new String[] {
                    "migrate",
                    "--POSTGRES_HOST=" + TestEngines.postgres().host(),
                    "--POSTGRES_PORT=" + TestEngines.postgres().port(),
                    "--POSTGRES_DB=" + database,
                    "--POSTGRES_USER=" + TestEngines.postgres().user(),
                    "--POSTGRES_PASSWORD=" + TestEngines.postgres().password()
                };
        ControllerApplication.main(options);
        assertThat(numberOf("select count(*) from tasks")).isZero();

        var migrations = "select count(*) from flyway_schema_history";
        var migrated = numberOf(migrations);
        ControllerApplication.main(options);
        assertThat(numberOf(migrations)).as("doing it again changes nothing").isEqualTo(migrated);
    }

    @Test
    void anotherCommandStartsNoController() {
        assertThatThrownBy(() -> ControllerApplication.main(new String[] {"migrat"}))
                .hasMessageContaining("unknown command 'migrat'")
                .hasMessageContaining("'migrate'");
    }

    private int numberOf(String query) throws SQLException {
        try (var connection =
                        DriverManager.getConnection(
                                TestEngines.postgres().jdbcUrl(database),
                                TestEngines.postgres().user(),
                                TestEngines.postgres().password());
                var result = connection.createStatement().executeQuery(query)) {
            result.next();
            return result.getInt(1);
        }
    }
}
