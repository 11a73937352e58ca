package dev.kohakku.controller.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.zaxxer.hikari.HikariDataSource;
import dev.kohakku.controller.testing.ControllerTest;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@ControllerTest
class BrokenTransactionsIT {

    /** From then on the driver prepares a statement at the server. */
    private static final int OFTEN = 6;

    @Autowired JdbcClient jdbc;
    @Autowired PlatformTransactionManager manager;
    @Autowired HikariDataSource pool;

    @Test
    void whoLosesTheServerInATransactionHearsOfThatAndNotOfTheRollback() {
        var thrown =
                catchThrowable(() ->
                        transaction("select pg_terminate_backend(pg_backend_pid()), pg_sleep(5)"));

        assertThat(stateOf(thrown)).isEqualTo("57P01");
        transaction("select 1");
    }

    @Test
    void aStatementThatAMigrationMadeStaleFailsOnceOnEachConnection() throws SQLException {
        jdbc.sql("create table if not exists widened_by_a_migration (a int)").update();
        var read = "select * from widened_by_a_migration";
        var most = pool.getMaximumPoolSize();
        for (int i = 0; i < OFTEN * most; i++) {
            transaction(read);
        }
        migrate("alter table widened_by_a_migration add column b int");

        var failures = 0;
        for (int i = 0; i < OFTEN * most; i++) {
            var thrown = catchThrowable(() -> transaction(read));
            if (thrown != null) {
                assertThat(stateOf(thrown)).isEqualTo("0A000");
                failures++;
            }
        }
        jdbc.sql("drop table widened_by_a_migration").update();
        assertThat(failures).isBetween(1, most);
    }

    /** Over a connection of its own: on the pool's the driver would notice. */
    private void migrate(String sql) throws SQLException {
        try (var connection = pool.getDataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void transaction(String sql) {
        new TransactionTemplate(manager)
                .executeWithoutResult(_ -> jdbc.sql(sql).query().listOfRows());
    }

    private static @Nullable String stateOf(@Nullable Throwable thrown) {
        for (var cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException failed) {
                return failed.getSQLState();
            }
        }
        return null;
    }
}
