package dev.kohakku.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * A shell beside this JVM that outlives it, however it ends, and then ends what it started and
 * removes the containers. It is told of each process and learns of the end by the end of its input.
 */
final class Watchman implements AutoCloseable {

    private static final String SCRIPT =
            """
            while read -r pid && [ "$pid" != done ]; do pids="$pids $pid"; done
            [ "$pid" = done ] || kill -9 $pids
            containers=$(docker ps -aq --filter "label=dev.kohakku.installation=$1")
            [ -z "$containers" ] || docker rm -f $containers
            """;

    private final Process process;

    private Watchman(Process process) {
        this.process = process;
    }

    static Watchman of(String installation) {
        try {
            var process =
                    // why a session of its own: Ctrl-C reaches the whole group of this JVM.
                    new ProcessBuilder("setsid", "sh", "-c", SCRIPT, "watchman", installation)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return new Watchman(process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized void watch(long pid) {
        say(Long.toString(pid));
    }

    private void say(String line) {
        try {
            var input = process.getOutputStream();
            input.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * After every process has ended: removes the containers that a failed test has left, and goes.
     */
    @Override
    public synchronized void close() {
        say("done");
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
