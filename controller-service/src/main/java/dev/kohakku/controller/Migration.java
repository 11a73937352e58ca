package dev.kohakku.controller;

import dev.kohakku.controller.database.MigrationSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * Brings the schema up to date and ends, with nothing but Postgres: {@code java -jar app.jar
 * migrate}. A Controller does the same when it starts; this is for where only one process may
 * change tables.
 */
// why no @Configuration: the Controller's own scan of this package must not find it.
@Import(MigrationSource.class)
@ImportAutoConfiguration(FlywayAutoConfiguration.class)
final class Migration {

    /** The command. */
    static final String NAME = "migrate";

    private Migration() {}

    /**
     * Blocks until the schema is the one this release needs. Idempotent; two at once take turns.
     *
     * @throws RuntimeException when Postgres does not answer or refuses; what was migrated stays
     */
    static void run(String... options) {
        new SpringApplicationBuilder(Migration.class)
                .web(WebApplicationType.NONE)
                .run(options)
                .close();
    }
}
