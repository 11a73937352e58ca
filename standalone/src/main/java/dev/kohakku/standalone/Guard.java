package dev.kohakku.standalone;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A small shell process beside the launcher that ends every child when the launcher is gone, also
 * by {@code kill -9}.
 *
 * <p>It holds the reading end of a pipe whose writing end only the launcher has: the end of its
 * input is the end of the launcher, at once and without asking for a pid that may belong to another
 * process by then.
 */
final class Guard implements AutoCloseable {

    private static final String SCRIPT = "guard.sh";

    private final Home home;
    private final Process process;
    private final AtomicInteger starting = new AtomicInteger();

    private Guard(Home home, Process process) {
        this.home = home;
        this.process = process;
    }

    /**
     * Ends what an earlier run on this home left behind, then watches over this one. Blocks until
     * both are so.
     */
    static Guard start(Home home) {
        try {
            install(home);
            var sweep =
                    builder(home, "sweep").redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            sweep.getOutputStream().close();
            sweep.waitFor();
            var watch = builder(home, "watch").start();
            var guard = new Guard(home, watch);
            guard.awaitWatching();
            return guard;
        } catch (IOException e) {
            throw new StartRefused("The process guard did not start: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartRefused("Interrupted while the process guard started", e);
        }
    }

    private static void install(Home home) throws IOException {
        try (var script = Guard.class.getResourceAsStream(SCRIPT)) {
            if (script == null) {
                throw new IOException("the resource " + SCRIPT + " is missing");
            }
            home.write(
                    script(home),
                    new String(script.readAllBytes(), StandardCharsets.UTF_8),
                    "rwxr-xr-x");
        }
    }

    private static Path script(Home home) {
        return home.run().resolve(SCRIPT);
    }

    private static ProcessBuilder builder(Home home, String mode) {
        var command = new ArrayList<String>();
        // In a session of its own, a signal to the launcher's process group does not reach it.
        if (Path.of("/usr/bin/setsid").toFile().canExecute()) {
            command.add("/usr/bin/setsid");
        }
        command.addAll(
                List.of(
                        "sh",
                        script(home).toString(),
                        mode,
                        home.run().toString(),
                        home.data("postgres").toString()));
        return new ProcessBuilder(command)
                .directory(home.run().toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD);
    }

    /** Its traps are set and its pid is recorded only after its first word. */
    private void awaitWatching() throws IOException {
        var reader =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        if (!"watching".equals(reader.readLine())) {
            throw new IOException("it ended at once");
        }
    }

    /**
     * The command that records its own pid under the name before it becomes the given one: no
     * moment without a record.
     */
    List<String> recording(String name, List<String> command) {
        var recorded =
                new ArrayList<>(
                        List.of(
                                "sh",
                                script(home).toString(),
                                "exec",
                                home.run().toString(),
                                name));
        recorded.addAll(command);
        return recorded;
    }

    /**
     * Runs the start of something that cannot be stopped before it has come to its end. Should the
     * launcher stop meanwhile, the guard does not let go but sweeps.
     */
    <T> T whileStarting(Supplier<T> start) {
        starting.incrementAndGet();
        var started = start.get();
        // Not in a finally: after a failure nobody knows what is left of it.
        starting.decrementAndGet();
        return started;
    }

    /**
     * Lets it go without a sweep, which is right only after every child has ended, or leaves it to
     * its sweep where that is not known.
     */
    @Override
    public void close() {
        try (Writer writer = process.outputWriter(StandardCharsets.UTF_8)) {
            if (starting.get() > 0) {
                return;
            }
            writer.write("done\n");
        } catch (IOException e) {
            // It is gone already; there is nothing left that it could do.
        }
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
