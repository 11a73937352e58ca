package dev.kohakku.standalone;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;

/** The launcher as a process of its own, as a user has it, with a home of its own. */
final class LauncherProcess implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final Process process;
    private final Path home;
    private final Path output;

    private LauncherProcess(Process process, Path home, Path output) {
        this.process = process;
        this.home = home;
        this.output = output;
    }

    static LauncherProcess start(Path home, Path repository, Map<String, String> environment)
            throws IOException {
        var output = Files.createTempFile(repository, "launcher", ".out");
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var builder =
                new ProcessBuilder(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Standalone.class.getName());
        builder.environment()
                .putAll(
                        new TreeMap<>(
                                Map.of(
                                        "KOHAKKU_HOME", home.toString(),
                                        "KOHAKKU_REPOSITORY", repository.toString(),
                                        "CONTROLLER_PORT", "0",
                                        "DISPATCHER_PORT", "0",
                                        "KOHAKKU_SAMPLE", "no")));
        builder.environment().putAll(environment);
        var process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        return new LauncherProcess(process, home, output);
    }

    LauncherProcess awaitReady() {
        try {
            await().atMost(LIMIT)
                    .until(() -> output().contains("Press Ctrl-C") || !process.isAlive());
        } catch (ConditionTimeoutException e) {
            // why here: nobody holds it yet, so that nobody else would end it.
            close();
            throw new AssertionError("The launcher does not become ready: " + output(), e);
        }
        if (!process.isAlive()) {
            throw new AssertionError("The launcher ended: " + output());
        }
        return this;
    }

    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Blocks until it has ended. */
    int status() throws InterruptedException {
        if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("The launcher does not end: " + output());
        }
        return process.exitValue();
    }

    int interrupt() throws Exception {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        return status();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** By its pid file. */
    Optional<ProcessHandle> child(String name) {
        try {
            return ProcessHandle.of(
                    Long.parseLong(Files.readString(home.resolve("run/" + name + ".pid")).strip()));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** All that it started, by their pid files. */
    List<ProcessHandle> children() {
        return children(
                "controller", "dispatcher", "workflow-worker", "postgres", "redis", "guard");
    }

    List<ProcessHandle> children(String... names) {
        return Stream.of(names).map(name -> child(name).orElseThrow()).toList();
    }

    /** Waits, since a process that has ended counts as alive until the system's first reaps it. */
    static void awaitGone(List<ProcessHandle> processes) {
        await().atMost(LIMIT).until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }
}
