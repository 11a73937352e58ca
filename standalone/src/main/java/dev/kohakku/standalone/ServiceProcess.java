package dev.kohakku.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A service as a child process, started again when it dies.
 *
 * <p>Restarts wait longer each time and at once again after a minute of life. Thread-safe.
 */
final class ServiceProcess implements AutoCloseable {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration HEALTHY = Duration.ofSeconds(60);

    private final String name;
    private final ProcessBuilder builder;
    private final Path pidFile;
    private final Path log;
    private final boolean restart;
    private final Console console;
    private final CountDownLatch stopping = new CountDownLatch(1);

    private @Nullable Process process;
    private int starts;

    ServiceProcess(
            String name,
            List<String> command,
            Map<String, String> environment,
            Home home,
            boolean restart,
            Console console) {
        this.name = name;
        this.pidFile = home.run().resolve(name + ".pid");
        this.log = home.log(name);
        this.restart = restart;
        this.console = console;
        this.builder =
                new ProcessBuilder(command)
                        .directory(home.directory().toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment);
    }

    String name() {
        return name;
    }

    Path log() {
        return log;
    }

    /** How often it was started so far. */
    synchronized int starts() {
        return starts;
    }

    synchronized boolean alive() {
        return process != null && process.isAlive();
    }

    void start() {
        if (launch() == null) {
            throw new StartRefused("Stopped while " + name + " started");
        }
        Thread.ofPlatform().daemon().name("watch-" + name).start(this::watch);
    }

    /** The new process, or null when it must not be started any more. */
    private synchronized @Nullable Process launch() {
        if (stopping.getCount() == 0) {
            return null;
        }
        try {
            starts++;
            process = builder.start();
            return process;
        } catch (IOException e) {
            throw new StartRefused(name + " cannot be started: " + e.getMessage(), e);
        }
    }

    private synchronized @Nullable Process current() {
        return process;
    }

    private void watch() {
        var pause = FIRST_PAUSE;
        try {
            for (var running = current(); running != null; running = launch()) {
                long began = System.nanoTime();
                int status = running.waitFor();
                forget(running);
                if (stopping.getCount() == 0) {
                    return;
                }
                if (System.nanoTime() - began > HEALTHY.toNanos()) {
                    pause = FIRST_PAUSE;
                }
                console.step(
                        name
                                + " ended with status "
                                + status
                                + (restart
                                        ? "; starting it again"
                                        : "; it is left dead (KOHAKKU_RESTART=no)"));
                if (!restart || stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                pause =
                        pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
                                ? LONGEST_PAUSE
                                : pause.multipliedBy(2);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A pid file names a living process or does not exist. */
    private void forget(Process ended) {
        try {
            if (Files.readString(pidFile).strip().equals(Long.toString(ended.pid()))) {
                Files.deleteIfExists(pidFile);
            }
        } catch (NoSuchFileException e) {
            // Stopped before it could record itself, or forgotten already.
            return;
        } catch (IOException e) {
            console.step("The pid file " + pidFile + " cannot be removed: " + e);
        }
    }

    /** SIGTERM, fifteen seconds, SIGKILL. Returns when it is gone. Idempotent. */
    @Override
    public void close() {
        Process running;
        synchronized (this) {
            stopping.countDown();
            running = process;
        }
        if (running == null) {
            return;
        }
        running.destroy();
        try {
            if (!running.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                console.step(name + " does not end on SIGTERM; killing it");
                running.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        forget(running);
    }
}
