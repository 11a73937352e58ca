package dev.kohakku.controller.database;

import dev.kohakku.common.start.StartRefusedException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;

/**
 * Migrates, unless the schema is further ahead of this release than one step back reaches. The last
 * migration of each release is called {@code V<n>__release_<version>.sql} and tells where that
 * release ends: of what this process does not know, all up to the first such mark is the next
 * release's, for which this one is the release before; what follows the mark is not.
 *
 * <p>Flyway itself passes over every migration that is newer than all it knows ({@code
 * ignoreMigrationPatterns} is {@code *:future}), however many they are. A number that no migration
 * has, such as 17, is nothing to it.
 */
final class SchemaReach implements FlywayMigrationStrategy {

    private static final Logger log = LoggerFactory.getLogger(SchemaReach.class);

    private static final String MARK = "release ";

    /**
     * Blocks until the schema is at least this release's. Idempotent.
     *
     * @throws StartRefusedException when it is another release's than the next; nothing was changed
     */
    @Override
    public void migrate(Flyway flyway) {
        var info = flyway.info();
        var unknown = Arrays.stream(info.applied()).filter(SchemaReach::isFuture).toList();
        if (!unknown.isEmpty()) {
            refuseBeyondTheNextRelease(unknown, info.all());
            log.warn(
                    "The database has migrations of the next release, up to {}: this one works on"
                            + " them while you upgrade or go back a step.",
                    named(unknown.getLast()));
        }
        flyway.migrate();
    }

    private static boolean isFuture(MigrationInfo migration) {
        return !migration.getState().isResolved() && migration.getVersion() != null;
    }

    private static void refuseBeyondTheNextRelease(
            List<MigrationInfo> unknown, MigrationInfo[] all) {
        for (var each : unknown.subList(0, unknown.size() - 1)) {
            if (isMark(each)) {
                throw new StartRefusedException(
                        ("The database is at migration %s, this release knows %s and works on the"
                                        + " next release's schema, which ends at %s: it is more than"
                                        + " one release behind.")
                                .formatted(named(unknown.getLast()), newestKnown(all), named(each)),
                        "Start a newer release: the one that migrated the database, or the one"
                                + " before it. Going back further takes the backup made before the"
                                + " upgrade; see docs/upgrading.md.");
            }
        }
    }

    private static boolean isMark(MigrationInfo migration) {
        return migration.getDescription().toLowerCase(Locale.ROOT).startsWith(MARK);
    }

    private static String newestKnown(MigrationInfo[] all) {
        return Arrays.stream(all)
                .filter(each -> each.getState().isResolved() && each.getVersion() != null)
                .map(MigrationInfo::getVersion)
                .max(MigrationVersion::compareTo)
                .map(version -> "migrations up to V" + version)
                .orElse("no migration");
    }

    private static String named(MigrationInfo migration) {
        return "V%s (%s)".formatted(migration.getVersion(), migration.getDescription());
    }
}
