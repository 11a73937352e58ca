package dev.kohakku.e2e.cluster;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A service as a process that may be started, killed and started again on the same port, with the
 * same environment and one log. Thread-safe.
 */
public final class ServiceProcess implements AutoCloseable {

    private static final Duration READY_WITHIN = Duration.ofMinutes(4);
    private static final long DEAD_WITHIN_SECONDS = 15;

    /** A dispatcher promises to leave within 30 s. */
    private static final long LEFT_WITHIN_SECONDS = 60;

    private final Path log;
    private List<String> command;
    private final Map<String, String> environment = new HashMap<>();
    private final Readiness readiness;
    private final Watchman watchman;
    private Process process;

    /**
     * @param environment beside this JVM's own
     * @param readiness whether it takes work
     */
    ServiceProcess(
            Path log,
            List<String> command,
            Map<String, String> environment,
            Readiness readiness,
            Watchman watchman) {
        this.log = log;
        this.command = command;
        this.environment.putAll(environment);
        this.readiness = readiness;
        this.watchman = watchman;
    }

    /** Starts it, unless it runs. Returns at once. */
    public synchronized ServiceProcess start() {
        if (isAlive()) {
            return this;
        }
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true).redirectOutput(Redirect.appendTo(log.toFile()));
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        watchman.watch(process.pid());
        return this;
    }

    /** From its next start on, it is this: another version, with the environment it had. */
    public synchronized ServiceProcess becomes(List<String> other) {
        command = other;
        return this;
    }

    /** Waits until it takes work. */
    public ServiceProcess awaitReady() {
        await().alias(log.getFileName() + " is ready; its log is " + log)
                .atMost(READY_WITHIN)
                .failFast("it ended; its log is " + log, () -> !isAlive())
                .until(this::isReady);
        return this;
    }

    boolean isReady() {
        return readiness.isReady();
    }

    public synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** {@code kill -9}; returns once it is dead. Idempotent. */
    public synchronized void kill() {
        if (process != null) {
            process.destroyForcibly();
            awaitDeath(DEAD_WITHIN_SECONDS);
        }
    }

    /** SIGTERM; returns once it has ended by itself. */
    public synchronized void terminate() {
        process.destroy();
        awaitDeath(LEFT_WITHIN_SECONDS);
    }

    private void awaitDeath(long seconds) {
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                throw new IllegalStateException("it does not end; its log is " + log);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** SIGSTOP: it stands still at whatever instruction it is. */
    public synchronized void pause() {
        Signals.pause(process.pid());
    }

    /** SIGCONT. Idempotent; nothing where it is dead. */
    public synchronized void resume() {
        if (isAlive()) {
            Signals.resume(process.pid());
        }
    }

    @Override
    public void close() {
        kill();
    }
}
