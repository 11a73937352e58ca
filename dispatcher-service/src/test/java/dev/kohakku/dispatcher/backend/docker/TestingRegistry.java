package dev.kohakku.dispatcher.backend.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A real registry as a process: Debian's {@code docker-registry}, open or behind a password. */
final class TestingRegistry implements AutoCloseable {

    static final String USER = "bob";
    static final String PASSWORD = "sesame";

    /** {@link #PASSWORD} by bcrypt, as {@code htpasswd -B} writes it. */
    private static final String HTPASSWD =
            "$2y$12$a0WjHt0NON.8DWAVTjBxE.jrOTe3fPxqHMzHwWfcEtKybEzdvIr4O";

    private static final Path PROGRAM = Path.of("/usr/bin/docker-registry");

    private final Process process;
    private final int port;

    private TestingRegistry(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Ends the test where there is no registry program. */
    static void assumeProgram() {
        boolean there = Files.isExecutable(PROGRAM);
        if ("1".equals(System.getenv("KOHAKKU_REQUIRE_DOCKER"))) {
            assertThat(there).as("no " + PROGRAM).isTrue();
        }
        assumeTrue(there, "no " + PROGRAM);
    }

    static TestingRegistry start(Path storage, boolean withPassword) throws IOException {
        int port = freePort();
        var settings =
                Files.createTempDirectory(
                        Files.createDirectories(Path.of("target")).toAbsolutePath(), "registry");
        var users = Files.writeString(settings.resolve("htpasswd"), USER + ":" + HTPASSWD + "\n");
        var yaml =
                """
                version: 0.1
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "127.0.0.1:%d"}
                """
                        .formatted(storage, port);
        var auth = "auth: {htpasswd: {realm: test, path: %s}}%n".formatted(users);
        var config = settings.resolve("config.yml");
        Files.writeString(config, withPassword ? yaml + auth : yaml);
        var process =
                new ProcessBuilder(PROGRAM.toString(), "serve", config.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        var registry = new TestingRegistry(process, port);
        await().atMost(Duration.ofSeconds(20)).until(registry::answers);
        return registry;
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private boolean answers() {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
