package dev.kohakku.standalone.engine;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A streaming replica of an {@link EmbeddedPostgres}, asynchronous, on the loopback interface. It
 * is made from a copy of the running server's files, since the embedded binaries have no {@code
 * pg_basebackup}. Thread-safe.
 */
public final class EmbeddedReplica implements AutoCloseable {

    private static final Duration STARTUP_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    /** What belongs to the running server, or is streamed. */
    private static final Set<String> LEFT_OUT =
            Set.of("postmaster.pid", "postmaster.opts", "pg_wal", "pg_replslot", "pg_stat_tmp");

    private final EmbeddedPostgres primary;
    private final Path data;
    private final int port;
    private final Process process;

    private EmbeddedReplica(EmbeddedPostgres primary, Path data, int port, Process process) {
        this.primary = primary;
        this.data = data;
        this.port = port;
        this.process = process;
    }

    /** Copies a server and follows it from then on. Blocks until it answers reads. */
    public static EmbeddedReplica of(EmbeddedPostgres primary) {
        var data = Directories.temporary("replica");
        var port = FreePort.orFree(0);
        try {
            copy(primary, data, slotOf(port));
            follow(primary, data, slotOf(port));
            var process =
                    new ProcessBuilder(command(primary, data, port))
                            .redirectErrorStream(true)
                            .redirectOutput(data.resolve("replica.log").toFile())
                            .start();
            var replica = new EmbeddedReplica(primary, data, port, process);
            replica.awaitReady();
            return replica;
        } catch (IOException | SQLException e) {
            throw new EngineException("The replica did not start on port " + port, e);
        }
    }

    private static String slotOf(int port) {
        return "replica_" + port;
    }

    private static void copy(EmbeddedPostgres primary, Path data, String slot)
            throws IOException, SQLException {
        // why one connection: the server ends a backup with the session that began it.
        try (var connection = DriverManager.getConnection(primary.jdbcUrl())) {
            single(connection, "select pg_create_physical_replication_slot('" + slot + "', true)");
            single(connection, "select pg_backup_start('replica', true)");
            Files.walkFileTree(primary.data(), new Copying(primary.data(), data));
            var label = single(connection, "select labelfile from pg_backup_stop(false)");
            Files.writeString(data.resolve("backup_label"), label);
        }
        for (var directory : List.of("pg_wal", "pg_replslot", "pg_stat_tmp")) {
            Files.createDirectories(data.resolve(directory));
        }
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
    }

    private static void follow(EmbeddedPostgres primary, Path data, String slot)
            throws IOException {
        Files.writeString(data.resolve("standby.signal"), "");
        Files.writeString(
                data.resolve("postgresql.auto.conf"),
                """
                primary_conninfo = 'host=%s port=%d user=%s password=%s'
                primary_slot_name = '%s'
                """
                        .formatted(
                                primary.host(),
                                primary.port(),
                                primary.user(),
                                primary.password(),
                                slot));
    }

    private static List<String> command(EmbeddedPostgres primary, Path data, int port) {
        var command = new ArrayList<String>();
        if ("root".equals(System.getProperty("user.name"))) {
            // why: the server refuses root, and is nobody's in a user namespace of its own.
            command.addAll(List.of("unshare", "-U"));
        }
        command.addAll(List.of(primary.program(), "-D", data.toString(), "-p", "" + port));
        command.addAll(List.of("-h", primary.host(), "-F", "-c", "max_connections=400"));
        command.addAll(List.of("-c", "shared_buffers=32MB", "-c", "hot_standby=on"));
        command.addAll(List.of("-c", "unix_socket_directories="));
        return command;
    }

    private void awaitReady() {
        var end = System.nanoTime() + STARTUP_LIMIT.toNanos();
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                var said = lastWords();
                close();
                throw new EngineException("The replica did not start: " + said, null);
            }
            pauseAMoment();
        }
    }

    private boolean answers() {
        try (var connection = DriverManager.getConnection(jdbcUrl())) {
            return "true".equals(single(connection, "select pg_is_in_recovery()::text"));
        } catch (SQLException notYet) {
            return false;
        }
    }

    private void pauseAMoment() {
        try {
            process.waitFor(50, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new EngineException("Replica: interrupted while it started", e);
        }
    }

    private String lastWords() {
        try {
            return Files.readString(data.resolve("replica.log"));
        } catch (IOException e) {
            return "its log cannot be read";
        }
    }

    private static String single(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                var answer = statement.executeQuery(query)) {
            answer.next();
            return String.valueOf(answer.getString(1));
        }
    }

    private void ask(String query) {
        try (var connection = DriverManager.getConnection(jdbcUrl())) {
            single(connection, query);
        } catch (SQLException e) {
            throw new EngineException("The replica refused: " + query, e);
        }
    }

    /** Lets it lag: what the primary writes is received and not shown. */
    public void pauseReplay() {
        ask("select pg_wal_replay_pause()");
    }

    /** Ends {@link #pauseReplay}; it catches up. */
    public void resumeReplay() {
        ask("select pg_wal_replay_resume()");
    }

    /** Makes it a primary of its own. Blocks until it is. */
    public void promote() {
        ask("select pg_promote(true, 30)");
    }

    public String host() {
        return primary.host();
    }

    public int port() {
        return port;
    }

    /** Of the database {@code kohakku}, with the user in it. */
    public String jdbcUrl() {
        return jdbcUrl(primary.database());
    }

    /** Of a database of the primary, with the user in it. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://%s:%d/%s?user=%s&password=%s"
                .formatted(host(), port, database, primary.user(), primary.password());
    }

    /** The server's process. */
    public long pid() {
        return process.pid();
    }

    /** Kills it, as a machine that is lost; the primary forgets it. Idempotent. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        forgetSlot();
        Directories.remove(data);
    }

    /** What the primary keeps for a replica that is gone would fill its disk. */
    private void forgetSlot() {
        try (var connection = DriverManager.getConnection(primary.jdbcUrl())) {
            single(
                    connection,
                    "select count(pg_drop_replication_slot(slot_name)) from pg_replication_slots where slot_name = '"
                            + slotOf(port)
                            + "' and not active");
        } catch (SQLException gone) {
            // The primary is gone as well, and its slots with it.
            return;
        }
    }

    private static final class Copying extends SimpleFileVisitor<Path> {

        private final Path from;
        private final Path to;

        Copying(Path from, Path to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                throws IOException {
            if (LEFT_OUT.contains(from.relativize(directory).toString())) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(to.resolve(from.relativize(directory)));
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            if (!LEFT_OUT.contains(from.relativize(file).toString())) {
                try {
                    Files.copy(file, to.resolve(from.relativize(file)));
                } catch (NoSuchFileException gone) {
                    // The server removes files meanwhile; the log has what became of them.
                    return FileVisitResult.CONTINUE;
                }
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }
    }
}
