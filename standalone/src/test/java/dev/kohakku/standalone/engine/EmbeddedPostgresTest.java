package dev.kohakku.standalone.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {

    @Test
    void databasesOfOneServerAreKeptApart() throws SQLException {
        var first = TestEngines.newDatabase();
        var second = TestEngines.newDatabase();

        execute(TestEngines.postgres().jdbcUrl(first), "CREATE TABLE task (id int)");

        assertThat(
                        single(
                                TestEngines.postgres().jdbcUrl(first),
                                "SELECT to_regclass('task')::text"))
                .isEqualTo("task");
        assertThat(
                        single(
                                TestEngines.postgres().jdbcUrl(second),
                                "SELECT to_regclass('task')::text"))
                .isNull();
    }

    @Test
    void whatWasCommittedIsThereAfterARestartOnTheSameDirectory(@TempDir Path home)
            throws SQLException {
        try (var postgres = EmbeddedPostgres.start(home.resolve("post gres"), 0)) {
            execute(postgres.jdbcUrl(), "CREATE TABLE task AS SELECT 'kept' AS name");
            assertThat(single(postgres.jdbcUrl(), "SHOW fsync")).isEqualTo("on");
            assertThat(ProcessHandle.of(postgres.pid())).isPresent();
        }

        try (var postgres = EmbeddedPostgres.start(home.resolve("post gres"), 0)) {
            assertThat(single(postgres.jdbcUrl(), "SELECT name FROM task")).isEqualTo("kept");
        }
    }

    @Test
    void anAnsweredCommitSurvivesAKill(@TempDir Path home) throws Exception {
        try (var postgres = EmbeddedPostgres.start(home, 0);
                var connection = DriverManager.getConnection(postgres.jdbcUrl());
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE task (id int)");
            statement.execute("CHECKPOINT");
            statement.execute("INSERT INTO task VALUES (1)");
            var server = ProcessHandle.of(postgres.pid()).orElseThrow();
            // why all: the server's own children would write down what it has answered.
            var all = Stream.concat(server.descendants(), Stream.of(server)).toList();
            all.forEach(ProcessHandle::destroyForcibly);
            all.forEach(each -> each.onExit().join());
        }

        try (var postgres = EmbeddedPostgres.start(home, 0)) {
            assertThat(single(postgres.jdbcUrl(), "SELECT count(*)::text FROM task"))
                    .isEqualTo("1");
        }
    }

    @Test
    void anInitialisationThatWasInterruptedIsDoneAgain(@TempDir Path home) throws Exception {
        Files.writeString(home.resolve("postgresql.conf"), "half a file");

        try (var postgres = EmbeddedPostgres.start(home, 0)) {
            assertThat(single(postgres.jdbcUrl(), "SELECT current_database()"))
                    .isEqualTo("kohakku");
        }
    }

    private static void execute(String url, String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String single(String url, String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(url);
                var rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
