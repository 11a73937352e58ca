package dev.kohakku.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * An engine that is a process of its own: its pid is written down, and when it dies it is started
 * again on the same port, over the same data.
 *
 * <p>Thread-safe.
 */
final class EngineProcess<E extends AutoCloseable> implements AutoCloseable {

    private static final long PAUSE_MILLIS = 500;

    private final String name;
    private final IntFunction<Started<E>> start;
    private final Engines.Place place;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private Started<E> current;

    private EngineProcess(
            String name, IntFunction<Started<E>> start, Engines.Place place, Started<E> first) {
        this.name = name;
        this.start = start;
        this.place = place;
        this.current = first;
    }

    record Started<E>(E engine, long pid, int port) {}

    /** Blocks until the engine answers. */
    static <E extends AutoCloseable> EngineProcess<E> start(
            String name, IntFunction<Started<E>> start, Engines.Place place) {
        var process =
                place.guard()
                        .whileStarting(() -> {
                            var first = new EngineProcess<>(name, start, place, start.apply(0));
                            first.remember();
                            return place.shutdown().closes(name, first);
                        });
        Thread.ofPlatform().daemon().name("watch-" + name).start(process::watch);
        return process;
    }

    synchronized E engine() {
        return current.engine();
    }

    private synchronized long pid() {
        return current.pid();
    }

    private void remember() {
        try {
            Files.writeString(pidFile(), pid() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + pidFile(), e);
        }
    }

    private Path pidFile() {
        return place.home().run().resolve(name.toLowerCase(Locale.ROOT) + ".pid");
    }

    private void watch() {
        try {
            while (stopping.getCount() > 0) {
                ProcessHandle.of(pid()).ifPresent(process -> process.onExit().join());
                Files.deleteIfExists(pidFile());
                if (stopping.getCount() > 0) {
                    console(
                            " died"
                                    + (place.restart()
                                            ? "; starting it again"
                                            : "; it is left dead (KOHAKKU_RESTART=no)"));
                }
                if (!place.restart() || !revived()) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            console(": its pid file cannot be removed: " + e);
        }
    }

    private boolean revived() throws InterruptedException {
        while (!stopping.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
            try {
                restart();
                return true;
            } catch (RuntimeException e) {
                console(" does not start yet: " + Engines.words(e));
            }
        }
        return false;
    }

    private synchronized void restart() {
        if (stopping.getCount() > 0) {
            // What is left of the dead one may still hold the lock on its data.
            letGo(current.engine());
            current = place.guard().whileStarting(() -> start.apply(current.port()));
            remember();
        }
    }

    private void letGo(E dead) {
        try {
            dead.close();
        } catch (Exception e) {
            console(": what is left of it cannot be closed: " + Engines.words(e));
        }
    }

    private void console(String text) {
        place.console().step(name + text);
    }

    @Override
    public void close() {
        stopping.countDown();
        try {
            // Waits for a restart under way, so that what it starts is what is closed.
            engine().close();
            Files.deleteIfExists(pidFile());
        } catch (Exception e) {
            throw new IllegalStateException(name + " did not stop", e);
        }
    }
}
