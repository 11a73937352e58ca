package dev.kohakku.standalone;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Everything that was opened, closed in the opposite order when the JVM ends: by a signal, by the
 * end of the sample, by a refused start.
 *
 * <p>Thread-safe. What is opened after the closing began is closed at once.
 */
final class Shutdown {

    private final Console console;
    private final Deque<Part> parts = new ArrayDeque<>();
    private boolean closing;

    Shutdown(Console console) {
        this.console = console;
        Runtime.getRuntime().addShutdownHook(new Thread(this::closeAll, "shutdown"));
    }

    private record Part(String name, AutoCloseable closeable) {}

    <T extends AutoCloseable> T closes(String name, T closeable) {
        synchronized (this) {
            if (!closing) {
                parts.push(new Part(name, closeable));
                return closeable;
            }
        }
        close(new Part(name, closeable));
        throw new StartRefused("Stopped while " + name + " started");
    }

    private void closeAll() {
        synchronized (this) {
            closing = true;
            if (parts.isEmpty()) {
                return;
            }
        }
        console.step("Stopping");
        // Not under the lock: a start that comes to its end meanwhile must be able to close itself.
        for (var part = next(); part != null; part = next()) {
            close(part);
        }
        console.step("Stopped");
    }

    private synchronized @Nullable Part next() {
        return parts.poll();
    }

    private void close(Part part) {
        try {
            part.closeable().close();
        } catch (Exception e) {
            console.step(part.name() + " did not stop as it should: " + e);
        }
    }
}
