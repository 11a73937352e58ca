package dev.kohakku.standalone.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import redis.embedded.core.ExecutableProvider;

/**
 * A Redis server of its own (version 6.2) on the loopback interface, without a password.
 * Thread-safe.
 */
public final class EmbeddedRedis implements AutoCloseable {

    private static final Duration STARTUP_LIMIT = Duration.ofSeconds(30);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final String HOST = "127.0.0.1";

    private final Process process;
    private final Path directory;
    private final int port;
    private final boolean temporary;

    private EmbeddedRedis(Process process, Path directory, int port, boolean temporary) {
        this.process = process;
        this.directory = directory;
        this.port = port;
        this.temporary = temporary;
    }

    /** Starts on a free port, in memory only. Blocks until it answers. */
    public static EmbeddedRedis start() {
        return launch(
                Directories.temporary("redis"),
                0,
                true,
                List.of("--appendonly", "no"),
                UnaryOperator.identity());
    }

    /**
     * Starts on an append-only file that is synchronised with every write: what was answered is on
     * disk. Blocks until it answers.
     *
     * @param data kept after {@link #close()}
     * @param port 0 for a free one
     */
    public static EmbeddedRedis start(Path data, int port) {
        return start(data, port, UnaryOperator.identity());
    }

    /**
     * The same with a say in how the process is started.
     *
     * @param wrapping from the server's command to the one to start; it must become the server and
     *     not a parent of it, for the pid's sake
     */
    public static EmbeddedRedis start(Path data, int port, UnaryOperator<List<String>> wrapping) {
        return launch(
                Directories.existing(data),
                port,
                false,
                List.of("--appendonly", "yes", "--appendfsync", "always"),
                wrapping);
    }

    private static EmbeddedRedis launch(
            Path directory,
            int port,
            boolean temporary,
            List<String> persistence,
            UnaryOperator<List<String>> wrapping) {
        int chosen = FreePort.orFree(port);
        try {
            var command = new ArrayList<String>();
            command.add(executable(directory).toString());
            command.addAll(
                    List.of("--bind", HOST, "--port", Integer.toString(chosen), "--save", ""));
            command.addAll(persistence);
            // The directory is the working directory and not an argument: Redis cuts arguments at
            // blanks.
            var process =
                    new ProcessBuilder(wrapping.apply(command))
                            .directory(directory.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(directory.resolve("redis.log").toFile())
                            .start();
            var redis = new EmbeddedRedis(process, directory, chosen, temporary);
            redis.awaitReady();
            return redis;
        } catch (IOException e) {
            throw new EngineException("Redis did not start on port " + chosen, e);
        }
    }

    /**
     * Copied by a process of its own: a file that this JVM itself wrote may still be open for
     * writing in a child that another thread is just starting, and the system refuses to execute
     * such a file ("Text file busy").
     */
    private static Path executable(Path directory) throws IOException {
        var bin = Files.createDirectories(directory.resolve("bin"));
        var extracted = ExecutableProvider.newJarResourceProvider(bin.toFile()).get().toPath();
        var executable = bin.resolve("redis-server");
        var copy =
                List.of(
                        "sh",
                        "-c",
                        "cp \"$1\" \"$2.next\" && chmod 755 \"$2.next\" && mv -f \"$2.next\" \"$2\"",
                        "copy",
                        extracted.toString(),
                        executable.toString());
        try {
            if (new ProcessBuilder(copy).inheritIO().start().waitFor() != 0) {
                throw new IOException("cannot write " + executable);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + executable + " was written", e);
        }
        return executable;
    }

    private void awaitReady() {
        long end = System.nanoTime() + STARTUP_LIMIT.toNanos();
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                process.destroyForcibly();
                throw new EngineException(
                        "Redis did not start on port " + port + ": " + lastWords(), null);
            }
            pause();
        }
    }

    /**
     * A server that loads a long file answers -LOADING, and another server on the port has another
     * pid.
     */
    private boolean answers() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            socket.setSoTimeout(1000);
            socket.getOutputStream()
                    .write("INFO server\r\nPING\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII));
            var answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.contains("process_id:" + process.pid() + "\r\n")
                    && answer.contains("+PONG");
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
            throw new EngineException("Redis: interrupted while it started", e);
        }
    }

    private String lastWords() {
        try {
            var lines = Files.readAllLines(directory.resolve("redis.log"));
            return lines.isEmpty() ? "it said nothing" : lines.getLast();
        } catch (IOException e) {
            return "its log cannot be read";
        }
    }

    /** Of database 0, such as {@code redis://127.0.0.1:6379}. */
    public String url() {
        return "redis://" + HOST + ":" + port;
    }

    public String host() {
        return HOST;
    }

    public int port() {
        return port;
    }

    /** The server's process. */
    public long pid() {
        return process.pid();
    }

    /**
     * Ends the server: with SIGTERM, which lets it write what it has, and after ten seconds by
     * force. Idempotent.
     */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        if (temporary) {
            Directories.remove(directory);
        }
    }
}
