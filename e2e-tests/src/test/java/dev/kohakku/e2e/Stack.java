package dev.kohakku.e2e;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * The whole platform as {@code make run} starts it: a launcher process, embedded engines, the three
 * services' jars, on ports and in a home of its own. Closing it stops everything.
 */
final class Stack implements AutoCloseable {

    private static final Duration READY_WITHIN = Duration.ofSeconds(120);

    private final Path home;
    private final Map<String, String> environment = new HashMap<>();
    private final int controllerPort;
    private final int dispatcherPort;
    private final Process launcher;

    private Stack(Path home, Map<String, String> extra) throws IOException {
        this.home = home;
        controllerPort = freePort();
        dispatcherPort = freePort();
        environment.put("KOHAKKU_HOME", home.toString());
        environment.put(
                "KOHAKKU_INSTALLATION", "e2e-" + UUID.randomUUID().toString().substring(0, 8));
        environment.put("KOHAKKU_BOOTSTRAP_TOKEN", "e2e-token-of-at-least-thirty-two-characters");
        environment.put("CONTROLLER_PORT", Integer.toString(controllerPort));
        environment.put("DISPATCHER_PORT", Integer.toString(dispatcherPort));
        environment.putAll(extra);
        launcher = launch(home.resolve("launcher.out"));
    }

    /** Starts a platform in {@code home} and waits until it takes tasks. */
    static Stack started(Path home, Map<String, String> extra) throws IOException {
        var stack = new Stack(home, extra);
        stack.awaitReady();
        return stack;
    }

    /** Starts a platform in {@code home} without waiting for it. */
    static Stack launched(Path home, Map<String, String> extra) throws IOException {
        return new Stack(home, extra);
    }

    /**
     * Starts one more launcher with the same environment, such as a second one on the same home.
     */
    Process launch(Path output) throws IOException {
        var jar =
                Path.of(
                        System.getProperty("kohakku.root"),
                        "standalone/target/standalone-exec.jar");
        var java = Path.of(System.getProperty("java.home"), "bin/java").toString();
        var builder =
                new ProcessBuilder(
                        List.of(
                                java,
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-jar",
                                jar.toString()));
        builder.environment().putAll(environment);
        return builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    }

    void awaitReady() {
        await().atMost(READY_WITHIN)
                .until(() ->
                        answers(controllerPort, "/ready/") && answers(dispatcherPort, "/ready"));
    }

    Api api() {
        return new Api(
                URI.create("http://localhost:" + controllerPort),
                environment.get("KOHAKKU_BOOTSTRAP_TOKEN"));
    }

    String installation() {
        return environment.get("KOHAKKU_INSTALLATION");
    }

    Path home() {
        return home;
    }

    Process launcher() {
        return launcher;
    }

    /** The process a pid file names. */
    ProcessHandle process(String service) throws IOException {
        var line = Files.readString(home.resolve("run").resolve(service + ".pid")).strip();
        return ProcessHandle.of(Long.parseLong(line.split("\\s+", 2)[0])).orElseThrow();
    }

    /** {@code kill -9} of a service; the launcher starts it again. */
    void kill(String service) throws IOException {
        var victim = process(service);
        victim.destroyForcibly();
        await().atMost(Duration.ofSeconds(10)).until(() -> !victim.isAlive());
    }

    @Override
    public void close() throws IOException {
        launcher.destroy();
        try {
            if (!launcher.waitFor(60, TimeUnit.SECONDS)) {
                launcher.destroyForcibly();
                throw new IOException("the launcher did not end within 60 s of SIGTERM");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean answers(int port, String path) {
        try (var http = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                            .timeout(Duration.ofSeconds(5))
                            .build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
