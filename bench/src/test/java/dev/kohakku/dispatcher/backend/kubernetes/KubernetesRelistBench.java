package dev.kohakku.dispatcher.backend.kubernetes;

import static dev.kohakku.dispatcher.backend.StartPermits.YES;

import dev.kohakku.dispatcher.backend.BackendUnderTest.Program;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerSpecs;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StartProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What many Pods cost, against a fake API server in the same process: how long a start takes while
 * the list of them is read again and again, against a start in peace; and what the heap holds for
 * each container whose end is waited for, its virtual thread included.
 */
class KubernetesRelistBench {

    private static final int PODS = 5_000;
    private static final int STARTS = 30;

    private final KubernetesUnderTest under = new KubernetesUnderTest();
    private final KubernetesBackend backend = under.backend("bench");

    @Test
    void manyPods() throws Exception {
        var peace = median(STARTS);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var handles = started(threads);
            long before = heap();
            var waiting = new ArrayList<Future<ContainerStatus>>();
            for (var handle : handles) {
                waiting.add(threads.submit(() -> backend.awaitExit(handle)));
            }
            TimeUnit.SECONDS.sleep(20);
            long each = (heap() - before) / PODS;
            var watch = backend.pods().watchOf("default");
            long rounds = watch.rounds();
            var relists =
                    threads.submit(() -> {
                        while (!Thread.interrupted()) {
                            under.cluster().objects().compact();
                            TimeUnit.MILLISECONDS.sleep(50);
                        }
                        return null;
                    });
            var busy = median(STARTS);
            relists.cancel(true);
            System.out.println(
                    "| a start in peace | while 5,000 Pods are listed anew | lists read meanwhile | heap for each awaited container |");
            System.out.println("|---|---|---|---|");
            System.out.printf(
                    "| %d ms | %d ms | %d | %.1f KiB |%n",
                    peace.toMillis(), busy.toMillis(), watch.rounds() - rounds, each / 1024.0);
            waiting.forEach(end -> end.cancel(true));
            threads.shutdownNow();
        }
    }

    private List<ContainerHandle> started(ExecutorService threads) throws Exception {
        var starts = new ArrayList<Future<ContainerHandle>>();
        var turn = new Semaphore(16);
        for (int i = 0; i < PODS; i++) {
            starts.add(
                    threads.submit(() -> {
                        turn.acquire();
                        try {
                            return start();
                        } finally {
                            turn.release();
                        }
                    }));
        }
        var handles = new ArrayList<ContainerHandle>();
        for (var start : starts) {
            handles.add(start.get());
        }
        return handles;
    }

    private ContainerHandle start() throws InterruptedException {
        var spec =
                ContainerSpecs.spec()
                        .image(under.image())
                        .runs(new Program(List.of("parked"), Map.of()))
                        .build();
        return backend.start(spec, YES, StartProgress.NONE);
    }

    private Duration median(int count) throws InterruptedException {
        var times = new ArrayList<Duration>();
        for (int i = 0; i < count; i++) {
            long before = System.nanoTime();
            start();
            times.add(Duration.ofNanos(System.nanoTime() - before));
        }
        return times.stream().sorted().skip(count / 2).findFirst().orElseThrow();
    }

    /** What lives, as far as the collector says. */
    private static long heap() {
        System.gc();
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
