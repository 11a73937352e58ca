package dev.kohakku.controller.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kohakku.common.start.StartRefusedException;
import dev.kohakku.standalone.engine.TestEngines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Releases that come later are directories of migrations beside those of this one. */
class SchemaReachIT {

    private static final String OURS = "classpath:db/migration";

    private final String database = TestEngines.newDatabase();

    @TempDir private Path later;

    @Test
    void theNextReleasesSchemaIsServed() throws IOException {
        laterReleaseHas("V9001__something", "V9002__release_9_1_0");

        start();
        assertThat(newest()).isEqualTo("9002");
    }

    @Test
    void whatComesAfterTheNextReleaseIsRefused() throws IOException {
        laterReleaseHas("V9001__something", "V9002__release_9_1_0", "V9003__more");

        assertThatThrownBy(this::start)
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("V9003 (more)")
                .hasMessageContaining("ends at V9002 (release 9 1 0)");
    }

    @Test
    void aReleaseWithoutMigrationsCountsByItsMark() throws IOException {
        laterReleaseHas("V9001__release_9_1_0", "V9002__release_9_2_0");

        assertThatThrownBy(this::start).isInstanceOf(StartRefusedException.class);
    }

    /** As a database of before the gap: 16 is its newest, 17 and 18 never come. */
    @Test
    void aGapInTheNumbersIsPassedOver() {
        flyway(OURS).target("16").load().migrate();

        start();
        assertThat(flyway(OURS).load().info().pending()).isEmpty();
        assertThat(flyway(OURS).load().getConfiguration().isOutOfOrder()).isFalse();
        flyway(OURS).load().validate();
    }

    private void laterReleaseHas(String... names) throws IOException {
        for (var name : names) {
            Files.writeString(later.resolve(name + ".sql"), "select 1;\n");
        }
        flyway(OURS, "filesystem:" + later).load().migrate();
    }

    private void start() {
        new SchemaReach().migrate(flyway(OURS).load());
    }

    private String newest() {
        return flyway(OURS).load().info().current().getVersion().toString();
    }

    private FluentConfiguration flyway(String... locations) {
        return Flyway.configure()
                .dataSource(
                        TestEngines.postgres().jdbcUrl(database),
                        TestEngines.postgres().user(),
                        TestEngines.postgres().password())
                .locations(locations);
    }
}
