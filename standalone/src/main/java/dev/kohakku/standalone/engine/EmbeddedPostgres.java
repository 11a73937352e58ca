package dev.kohakku.standalone.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A PostgreSQL server of its own on the loopback interface; also started by root, which PostgreSQL
 * itself refuses.
 *
 * <p>Local connections are trusted: the password is there because clients want one. Thread-safe.
 */
public final class EmbeddedPostgres implements AutoCloseable {

    private static final String DATABASE = "kohakku";
    private static final String USER = "postgres";

    /**
     * The library starts the server without fsync and answers a commit before it is on disk, as its
     * tests like it: data to keep need both back.
     */
    private static final Map<String, String> DURABLE =
            Map.of(
                    "max_connections", "250",
                    "shared_buffers", "32MB",
                    "fsync", "on",
                    "synchronous_commit", "on");

    private static final Duration STARTUP_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final io.zonky.test.db.postgres.embedded.EmbeddedPostgres server;
    private final ProcessHandle process;
    private final Path data;

    private EmbeddedPostgres(
            io.zonky.test.db.postgres.embedded.EmbeddedPostgres server,
            ProcessHandle process,
            Path data) {
        this.server = server;
        this.process = process;
        this.data = data;
    }

    /**
     * Starts on a free port without durability; {@link #close()} removes the data. Blocks until it
     * answers.
     */
    public static EmbeddedPostgres start() {
        var data = Directories.temporary("postgres");
        // Each test context keeps a pool, and contexts are cached for the life of the JVM.
        return launch(data, 0, true, Map.of("max_connections", "400", "shared_buffers", "32MB"));
    }

    /**
     * Starts on data that outlive it, making them where there are none: a commit that is answered
     * is on disk. Blocks until it answers.
     *
     * @param data kept after {@link #close()}; a server still running on it makes the start fail
     * @param port 0 for a free one
     */
    public static EmbeddedPostgres start(Path data, int port) {
        var directory = Directories.existing(data);
        var complete = directory.resolve("kohakku-complete");
        if (!Files.exists(complete)) {
            // A stop in the middle of initdb leaves files that look like a database and are none.
            Directories.remove(directory);
        }
        var postgres = launch(directory, port, false, DURABLE);
        try {
            Files.writeString(complete, "initdb and the first start came to their end\n");
            return postgres;
        } catch (IOException e) {
            postgres.close();
            throw new EngineException("Postgres: cannot write to " + directory, e);
        }
    }

    private static EmbeddedPostgres launch(
            Path data, int port, boolean clean, Map<String, String> settings) {
        var builder =
                io.zonky.test.db.postgres.embedded.EmbeddedPostgres.builder()
                        .setDataDirectory(data)
                        .setCleanDataDirectory(clean)
                        .setRegisterShutdownHook(false)
                        .setLocaleConfig("locale", "C")
                        .setPGStartupWait(STARTUP_LIMIT)
                        .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
                        .setErrorRedirector(ProcessBuilder.Redirect.DISCARD)
                        .setPort(FreePort.orFree(port));
        settings.forEach(builder::setServerConfig);
        try {
            var postgres = new EmbeddedPostgres(builder.start(), serverOn(data), data);
            postgres.createDatabase(DATABASE);
            return postgres;
        } catch (IOException | RuntimeException e) {
            throw new EngineException("Postgres did not start on " + data, e);
        }
    }

    /**
     * Creates an empty database beside the others; one that exists is left as it is. Answers its
     * JDBC URL.
     */
    public String createDatabase(String name) {
        try (var connection = DriverManager.getConnection(jdbcUrl("postgres"));
                var query =
                        connection.prepareStatement("SELECT 1 FROM pg_database WHERE datname = ?");
                var statement = connection.createStatement()) {
            query.setString(1, name);
            if (!query.executeQuery().next()) {
                statement.execute("CREATE DATABASE " + statement.enquoteIdentifier(name, true));
            }
            return jdbcUrl(name);
        } catch (SQLException e) {
            throw new EngineException("Postgres: cannot create the database " + name, e);
        }
    }

    /** Of the database {@code kohakku}, with the user in it. */
    public String jdbcUrl() {
        return jdbcUrl(DATABASE);
    }

    /** Of a database made by {@link #createDatabase}, with the user in it. */
    public String jdbcUrl(String name) {
        return "jdbc:postgresql://%s:%d/%s?user=%s&password=%s"
                .formatted(host(), port(), name, user(), password());
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return server.getPort();
    }

    public String user() {
        return USER;
    }

    public String password() {
        return USER;
    }

    /** The database that is always there. */
    public String database() {
        return DATABASE;
    }

    /** The server's process. */
    public long pid() {
        return process.pid();
    }

    /** Where the server keeps its files. */
    Path data() {
        return data;
    }

    /** The server's program, for another one of the same version. */
    String program() {
        return process.info()
                .command()
                .orElseThrow(() -> new EngineException("Postgres: its program is not known", null));
    }

    /** The first line of the file is the pid, by PostgreSQL's documentation. */
    private static ProcessHandle serverOn(Path data) throws IOException {
        var pid =
                Long.parseLong(
                        Files.readAllLines(data.resolve("postmaster.pid")).getFirst().strip());
        return ProcessHandle.of(pid)
                .orElseThrow(
                        () -> new IOException("the server with pid " + pid + " ended at once"));
    }

    /**
     * Ends the server in its fast mode: running statements are rolled back, what was committed
     * stays. Idempotent.
     */
    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new EngineException("Postgres did not stop", e);
        }
        // The library waits for the pid file to go, which is a moment before the process does.
        awaitExit();
    }

    private void awaitExit() {
        try {
            process.onExit().get(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            process.destroyForcibly();
        }
    }
}
