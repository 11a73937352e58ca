package dev.kohakku.standalone.engine;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The machine's own {@code pgbouncer} in transaction mode before a Postgres, set up as operators do
 * it: everything that is not an address, a user or a number of connections is the program's
 * default. Also started by root, which PgBouncer itself refuses. Thread-safe.
 */
public final class EmbeddedPgBouncer implements AutoCloseable {

    private static final String HOST = "127.0.0.1";
    private static final Duration STARTUP_LIMIT = Duration.ofSeconds(20);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final Process process;
    private final Path directory;
    private final int port;

    private EmbeddedPgBouncer(Process process, Path directory, int port) {
        this.process = process;
        this.directory = directory;
        this.port = port;
    }

    /**
     * The program: what {@code KOHAKKU_PGBOUNCER} names, else what is on the path or in {@code
     * /usr/sbin}. Empty where there is none.
     */
    public static Optional<Path> program() {
        var named = System.getenv("KOHAKKU_PGBOUNCER");
        if (named != null && !named.isBlank()) {
            return Optional.of(Path.of(named)).filter(Files::isExecutable);
        }
        var path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(Arrays.stream(path.split(File.pathSeparator)), Stream.of("/usr/sbin"))
                .map(each -> Path.of(each, "pgbouncer"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Starts before all databases of a server, on a free port. Blocks until it answers.
     *
     * @param server whose user and password are its own as well
     * @param serverConnections most connections to the server for one database
     */
    public static EmbeddedPgBouncer start(EmbeddedPostgres server, int serverConnections) {
        return start(server, serverConnections, List.of());
    }

    /**
     * The same with further lines of its section {@code [pgbouncer]}, such as {@code
     * max_prepared_statements = 0}.
     */
    public static EmbeddedPgBouncer start(
            EmbeddedPostgres server, int serverConnections, List<String> lines) {
        var program =
                program()
                        .orElseThrow(() ->
                                new EngineException(
                                        "There is no pgbouncer: install it, or name it in KOHAKKU_PGBOUNCER",
                                        null));
        var directory = Directories.temporary("pgbouncer");
        var port = FreePort.orFree(0);
        try {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.writeString(
                    directory.resolve("users.txt"),
                    "\"%s\" \"%s\"\n".formatted(server.user(), server.password()));
            var settings = directory.resolve("pgbouncer.ini");
            Files.writeString(
                    settings, settings(server, directory, port, serverConnections, lines));
            var process =
                    new ProcessBuilder(command(program, settings))
                            .redirectErrorStream(true)
                            .redirectOutput(directory.resolve("pgbouncer.log").toFile())
                            .start();
            var bouncer = new EmbeddedPgBouncer(process, directory, port);
            bouncer.awaitReady();
            return bouncer;
        } catch (IOException e) {
            throw new EngineException("PgBouncer did not start on port " + port, e);
        }
    }

    private static List<String> command(Path program, Path settings) {
        var command = new ArrayList<>(List.of(program.toString(), settings.toString()));
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(1, List.of("-u", "nobody"));
        }
        return command;
    }

    private static String settings(
            EmbeddedPostgres server,
            Path directory,
            int port,
            int serverConnections,
            List<String> lines) {
        return """
        [databases]
        * = host=%s port=%d

        [pgbouncer]
        listen_addr = %s
        listen_port = %d
        unix_socket_dir =
        pool_mode = transaction
        auth_type = trust
        auth_file = %s
        max_client_conn = 1000
        default_pool_size = %d
        server_idle_timeout = 30
        %s
        """
                .formatted(
                        server.host(),
                        server.port(),
                        HOST,
                        port,
                        directory.resolve("users.txt"),
                        serverConnections,
                        String.join("\n", lines));
    }

    private void awaitReady() {
        var end = System.nanoTime() + STARTUP_LIMIT.toNanos();
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                process.destroyForcibly();
                throw new EngineException(
                        "PgBouncer did not start on port " + port + ": " + log(), null);
            }
            pause();
        }
    }

    private boolean answers() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void pause() {
        try {
            process.waitFor(20, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new EngineException("PgBouncer: interrupted while it started", e);
        }
    }

    public String host() {
        return HOST;
    }

    public int port() {
        return port;
    }

    /** The process. */
    public long pid() {
        return process.pid();
    }

    /** What it has logged so far. */
    public String log() {
        try {
            return Files.readString(directory.resolve("pgbouncer.log"));
        } catch (IOException e) {
            return "its log cannot be read";
        }
    }

    /** Ends it at once: clients lose their connections. Idempotent. */
    @Override
    public void close() {
        // why by force: it keeps nothing, and newer ones wait for their clients to leave.
        process.destroyForcibly();
        try {
            process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Directories.remove(directory);
    }
}
