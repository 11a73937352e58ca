package dev.kohakku.controller.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docs/checklists/new-table.md} says why; {@code docs/upgrading.md} what was measured. */
class MigrationRulesTest {

    private static final int RELEASED = 11;

    /**
     * A row for each thing that people set up, not for each task: no statement on them takes long.
     */
    private static final Set<String> SMALL =
            Set.of(
                    "organizations",
                    "projects",
                    "api_tokens",
                    "api_presence",
                    "dispatchers",
                    "scope_inventories",
                    "leak_ledger",
                    "image_registries",
                    "image_prefetches",
                    "image_prefetch_targets",
                    "targets");

    /**
     * Measured instead: indexes of the outbox, which holds what waits and nothing of what has
     * ended. With a million waiting they kept its writers away for 0.8 and 2.6 s on a machine with
     * twenty times the work it has processors for. Concurrently they would need Flyway's lock to be
     * outside a transaction.
     */
    private static final Set<String> MEASURED =
            Set.of("V13__outbox_by_target.sql", "V14__outbox_untargeted.sql");

    @Test
    void noMigrationKeepsALongLockOnATableThatMayBeLarge() throws IOException {
        var broken = new ArrayList<String>();
        for (var migration : Migration.after(RELEASED)) {
            if (MEASURED.contains(migration.name())) {
                continue;
            }
            faults(migration).forEach(fault -> broken.add(migration.name() + ": " + fault));
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void whatRunsConcurrentlyIsAlone() throws IOException {
        for (var migration : Migration.after(RELEASED)) {
            if (migration.statements().stream().anyMatch(MigrationRulesTest::isConcurrent)) {
                assertThat(migration.statements())
                        .as("%s: concurrent statements run outside a transaction", migration.name())
                        .allMatch(MigrationRulesTest::isConcurrent);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create index x on tasks (id)",
                "create unique index if not exists x on tasks (id)",
                "alter table tasks add column a int, add column b uuid default gen_random_uuid()",
                "alter table tasks add column a timestamptz default clock_timestamp()",
                "alter table tasks add column a text generated always as (md5(b)) stored",
                "alter table tasks add column a bigserial",
                "alter table tasks alter column a type bigint",
                "alter table tasks alter a set not null",
                "alter table tasks add constraint c check (a > 0)",
                "alter table tasks add foreign key (a) references b",
                "alter table tasks add column a uuid references b",
                "alter table tasks add column a text check (a in ('x'))",
                "alter table tasks add constraint c unique (a)",
                "alter table tasks add primary key (a)",
                "alter table tasks drop column a",
                "alter table tasks rename column a to b",
                "alter table tasks\n    -- why\n    rename to jobs",
                "update tasks set a = 1 where b = 2",
                "delete from tasks",
                "insert into other (a) select a from tasks",
                "lock table tasks in share mode",
                "vacuum full tasks",
                "drop table tasks"
            })
    void isRefused(String statement) {
        assertThat(faults(Migration.of(statement + ";"))).hasSize(1);
        assertThat(faults(Migration.of(statement.replace("tasks", "targets") + ";"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create index concurrently x on tasks (id)",
                "alter table tasks add column a int not null default 0, add column b text",
                "alter table tasks add column a timestamptz not null default now()",
                "alter table tasks add constraint c check (a > 0) not valid",
                "alter table tasks validate constraint c",
                "alter table tasks add constraint c unique using index x",
                "alter table tasks drop constraint c",
                "alter table tasks alter column a drop not null",
                "alter table tasks set (fillfactor = 80)",
                "-- update tasks set a = 1;\nselect 1",
                "create table mine (id uuid primary key); create index x on mine (id); insert into"
                        + " mine select 1",
                "create function f() returns trigger language plpgsql as $$ begin delete from"
                        + " tasks; end $$",
                "comment on table tasks is 'what is asked for'"
            })
    void isAllowed(String statements) {
        assertThat(faults(Migration.of(statements + ";"))).isEmpty();
    }

    private static List<String> faults(Migration migration) {
        var created = migration.created();
        var faults = new ArrayList<String>();
        for (var statement : migration.statements()) {
            for (var rule : Rule.ALL) {
                var match = rule.forbidden().matcher(statement);
                if (match.find()
                        && !SMALL.contains(match.group(1))
                        && !created.contains(match.group(1))) {
                    faults.add(statement + ": " + rule.instead());
                }
            }
        }
        return faults;
    }

    private static boolean isConcurrent(String statement) {
        return statement.contains(" concurrently ");
    }
}
