package dev.kohakku.controller.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A statement names the columns of a table. Otherwise a column that a migration adds changes the
 * result of what an earlier Controller has prepared, and Postgres refuses it (SQLSTATE 0A000).
 */
class StatementRulesTest {

    private static final Path SOURCES = Path.of("src/main/java");

    private static final Pattern ALL_COLUMNS =
            Pattern.compile(
                    "\\breturning\\s+(?:\\w+\\.)?\\*"
                            + "|\\b(?:select|returning)\\b[^;\"]*?[\\s,]\\w+\\.\\*\\s*(?:,|from\\b|\"|$)"
                            + "|\\bselect\\s+\\*[^;\"]*?\\sfrom\\s+(?<table>\\w+|\\()",
                    Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

    @Test
    void everyStatementNamesTheColumnsItReads() throws IOException {
        var tables = tables();
        try (var files = Files.walk(SOURCES)) {
            assertThat(
                            files.filter(file -> file.toString().endsWith(".java"))
                                    .flatMap(file ->
                                            faults(read(file), tables).stream()
                                                    .map(fault ->
                                                            file.getFileName() + ": " + fault)))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select * from tasks where id = :id",
                "select *, now() as at\n    from tasks",
                "select t.*, 1 as one from tasks t",
                "select 1 as one,\n    t.* from tasks t",
                "insert into tasks (id) values (1) returning *",
                "update tasks t set name = 'a' returning t.*, 1",
            })
    void whatReadsAllColumnsIsFound(String sql) {
        assertThat(faults(sql, Set.of("tasks"))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select id, state from tasks",
                "select * from shown",
                "select * from (select id from tasks) letters",
                "select count(*) from tasks",
                "select 2 * t.epoch from tasks t",
            })
    void whatNamesItsColumnsIsNot(String sql) {
        assertThat(faults(sql, Set.of("tasks"))).isEmpty();
    }

    private static List<String> faults(String source, Set<String> tables) {
        return ALL_COLUMNS
                .matcher(source)
                .results()
                .filter(found ->
                        found.group("table") == null || tables.contains(found.group("table")))
                .map(found -> found.group().replaceAll("\\s+", " "))
                .toList();
    }

    private static Set<String> tables() throws IOException {
        var created = Pattern.compile("^create (?:unlogged )?table (?:if not exists )?(\\w+)");
        return Migration.after(0).stream()
                .flatMap(migration -> migration.statements().stream())
                .flatMap(statement -> created.matcher(statement).results())
                .map(found -> found.group(1))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + file, e);
        }
    }
}
