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

    private final Path directory;
    private final int port;
    private Process process;

    private EmbeddedPgBouncer(Path directory, int port) throws IOException {
        this.directory = directory;
        this.port = port;
        this.process = launch(directory);
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
        var directory = Directories.temporary("pgbouncer");
        var port = FreePort.orFree(0);
        try {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.writeString(
                    directory.resolve("users.txt"),
                    "\"%s\" \"%s\"\n".formatted(server.user(), server.password()));
            Files.writeString(
                    settings(directory),
                    databases(server.host(), server.port())
                            + settings(directory, port, serverConnections, lines));
            var bouncer = new EmbeddedPgBouncer(directory, port);
            bouncer.awaitReady();
            return bouncer;
        } catch (IOException e) {
            throw new EngineException("PgBouncer did not start on port " + port, e);
        }
    }

    private static Path settings(Path directory) {
        return directory.resolve("pgbouncer.ini");
    }

    private static Process launch(Path directory) throws IOException {
        return new ProcessBuilder(command(settings(directory)))
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(
                                directory.resolve("pgbouncer.log").toFile()))
                .start();
    }

    private static List<String> command(Path settings) {
        var program =
                program()
                        .orElseThrow(() ->
                                new EngineException(
                                        "There is no pgbouncer: install it, or name it in"
                                                + " KOHAKKU_PGBOUNCER",
                                        null));
        var command = new ArrayList<>(List.of(program.toString(), settings.toString()));
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(1, List.of("-u", "nobody"));
        }
        return command;
    }

    private static String databases(String host, int port) {
        return """
        [databases]
        * = host=%s port=%d

        """
                .formatted(host, port);
    }

    private static String settings(
            Path directory, int port, int serverConnections, List<String> lines) {
        return """
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

    /**
     * Leads to another server from now on, as an operator does it after a failover: by the file and
     * SIGHUP. Connections to the one before end with their transactions.
     */
    public synchronized void moveTo(String host, int serverPort) {
        var file = settings(directory);
        try {
            var text = Files.readString(file);
            var rest = text.substring(text.indexOf("[pgbouncer]"));
            Files.writeString(file, databases(host, serverPort) + rest);
            new ProcessBuilder("kill", "-HUP", Long.toString(process.pid()))
                    .start()
                    .onExit()
                    .join();
        } catch (IOException e) {
            throw new EngineException("PgBouncer cannot be told of another server", e);
        }
    }

    /** Kills it and starts it again on its port. Blocks until it answers. */
    public synchronized void restart() {
        end();
        try {
            process = launch(directory);
            awaitReady();
        } catch (IOException e) {
            throw new EngineException("PgBouncer did not start again on port " + port, e);
        }
    }

    public String host() {
        return HOST;
    }

    public int port() {
        return port;
    }

    /** The process; another one after a restart. */
    public synchronized long pid() {
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
    public synchronized void close() {
        end();
        Directories.remove(directory);
    }

    private void end() {
        // why by force: it keeps nothing, and newer ones wait for their clients to leave.
        process.destroyForcibly();
        try {
            process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
