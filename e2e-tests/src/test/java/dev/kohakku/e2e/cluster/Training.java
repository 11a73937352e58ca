package dev.kohakku.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes the services' AOT caches, once for all JVMs that run tests: dozens of services are started
 * by these tests, and with a cache each takes a third of the processor time.
 */
final class Training {

    private static final long LIMIT_MINUTES = 10;

    private static boolean done;

    private Training() {}

    /** Blocks while another JVM is at it. Idempotent. */
    static synchronized void once(Path root) {
        if (done) {
            return;
        }
        var lock = Path.of("target", "training.lock");
        try (var channel =
                        FileChannel.open(
                                lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var _ = channel.lock()) {
            train(root);
            done = true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void train(Path root) throws IOException, InterruptedException {
        var launcher = root.resolve(Path.of("standalone", "target", "standalone-exec.jar"));
        if (!Files.exists(launcher)) {
            throw new IllegalStateException(launcher + " is missing: mvn package -DskipTests");
        }
        var process =
                new ProcessBuilder(Java.command(List.of(), "-jar", launcher.toString(), "train"))
                        .inheritIO()
                        .start();
        try {
            if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IllegalStateException("the services' AOT caches were not made");
            }
        } finally {
            process.destroyForcibly();
        }
    }
}
