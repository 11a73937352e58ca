package dev.kohakku.controller.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.standalone.engine.EmbeddedPgBouncer;
import dev.kohakku.standalone.engine.TestEngines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/**
 * Several Controllers start at once on an empty database, through a PgBouncer that carries no
 * prepared statements.
 */
class PooledMigrationIT {

    private static final int CONTROLLERS = 5;

    private static DatabaseProperties properties(EmbeddedPgBouncer bouncer, String database) {
        var server = TestEngines.postgres();
        return new DatabaseProperties(
                List.of(bouncer.host()),
                bouncer.port(),
                database,
                server.user(),
                server.password(),
                "",
                "",
                new DatabaseProperties.Timeouts(
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(60)));
    }

    @Test
    void oneOfThemMigratesAndAllStart() throws Exception {
        RequiredPgBouncer.orSkip();
        var lines =
                RequiredPgBouncer.version().startsWith("1.18")
                        ? List.<String>of()
                        : List.of("max_prepared_statements = 0");
        try (var bouncer = EmbeddedPgBouncer.start(TestEngines.postgres(), 20, lines);
                var threads = Executors.newFixedThreadPool(CONTROLLERS)) {
            var properties = properties(bouncer, TestEngines.newDatabase());
            Callable<Integer> start =
                    () ->
                            Flyway.configure()
                                    .dataSource(new MigrationSource().migrations(properties))
                                    .load()
                                    .migrate()
                                    .migrationsExecuted;

            var made = new ArrayList<Integer>();
            var starts = new ArrayList<Future<Integer>>();
            for (var i = 0; i < CONTROLLERS; i++) {
                starts.add(threads.submit(start));
            }
            for (var each : starts) {
                made.add(each.get());
            }

            assertThat(made).filteredOn(migrations -> migrations > 0).hasSize(1);
        }
    }
}
