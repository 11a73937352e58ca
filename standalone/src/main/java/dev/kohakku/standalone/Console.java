package dev.kohakku.standalone;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * What the person at the terminal reads: one line per step, with the seconds since the start.
 * Thread-safe.
 */
final class Console {

    private final PrintStream out;
    private final long start = System.nanoTime();

    Console(PrintStream out) {
        this.out = out;
    }

    void step(String text) {
        var elapsed = Duration.ofNanos(System.nanoTime() - start);
        out.println(String.format(Locale.ROOT, "[%5.1f s] %s", elapsed.toMillis() / 1000.0, text));
        out.flush();
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }
}
