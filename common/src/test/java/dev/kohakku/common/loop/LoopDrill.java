package dev.kohakku.common.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/**
 * What every loop of a service has to stand: rounds asked for from several sides while it runs, a
 * stop at any moment, a start after the stop. Its rounds may fail. Ends the loop for good.
 */
public final class LoopDrill {

    /** What a loop allows itself to stop, and a second. */
    private static final Duration STOPS_WITHIN = Duration.ofMillis(11_500);

    private static final int TRIES = 15;
    private static final int CALLERS = 3;

    private LoopDrill() {}

    /** Fails unless the loop runs, stops in time and leaves no thread. */
    public static void drill(BackgroundLoop loop) throws InterruptedException {
        loop.start();
        awaitRound(loop);
        // why: what is not seen while it lives proves nothing when it is not seen later.
        assertThat(isAlive(loop)).as("the thread of %s while it runs", loop.name()).isTrue();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var calling = new CountDownLatch(CALLERS);
            var calls =
                    List.of(
                            caller(loop, calling, callers),
                            caller(loop, calling, callers),
                            caller(loop, calling, callers));
            calling.await();
            stop(loop);
            calls.forEach(CompletableFuture::join);
        }
        loop.start();
        loop.wake();
        assertThat(isAlive(loop)).as("the thread of %s after its stop", loop.name()).isFalse();
    }

    // why again and again: a round may begin between the wake and the wait.
    private static void awaitRound(BackgroundLoop loop) throws InterruptedException {
        for (var i = 0; i < TRIES; i++) {
            loop.wake();
            if (loop.awaitRound(Duration.ofSeconds(2))) {
                return;
            }
        }
        throw new AssertionError(loop.name() + " has no rounds");
    }

    private static CompletableFuture<Void> caller(
            BackgroundLoop loop, CountDownLatch calling, Executor executor) {
        return CompletableFuture.runAsync(
                () -> {
                    calling.countDown();
                    for (var i = 0; i < 2; i++) {
                        loop.start();
                        loop.wake();
                        tick(loop);
                    }
                },
                executor);
    }

    private static void tick(BackgroundLoop loop) {
        try {
            loop.tick();
        } catch (Exception mayFail) {
            // why not looked at: what a round needs may be away, and the loop has to stand it.
            assertThat(mayFail).isNotInstanceOf(InterruptedException.class);
        }
    }

    private static void stop(BackgroundLoop loop) {
        var begun = System.nanoTime();
        loop.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .as("the stop of %s", loop.name())
                .isLessThan(STOPS_WITHIN);
    }

    /** Whether the loop's own thread lives: a virtual one, which only a dump of the JVM shows. */
    static boolean isAlive(BackgroundLoop loop) {
        try {
            var directory = Files.createTempDirectory("threads");
            var dump = directory.resolve("dump.txt");
            try {
                ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                        .dumpThreads(dump.toString(), ThreadDumpFormat.TEXT_PLAIN);
                return Files.readString(dump).contains("\"loop-" + loop.name() + "\"");
            } finally {
                Files.deleteIfExists(dump);
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
