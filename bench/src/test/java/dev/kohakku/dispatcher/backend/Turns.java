package dev.kohakku.dispatcher.backend;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/**
 * Times a container's life by way of a backend and by its bare engine. Both take turns, so that a
 * slow moment of the machine meets both.
 */
public final class Turns {

    private static final int ROUNDS = 12;

    private Turns() {}

    /** Prints a table of medians, for one container and for eight at once. */
    public static void measure(Callable<Void> bare, Callable<Void> backend) throws Exception {
        System.out.println("| containers at once | bare engine | backend | ratio |");
        System.out.println("|---|---|---|---|");
        for (int atOnce : List.of(1, 8)) {
            measure(atOnce, bare, backend);
        }
    }

    private static void measure(int atOnce, Callable<Void> bare, Callable<Void> backend)
            throws Exception {
        var engineTimes = new ArrayList<Duration>();
        var backendTimes = new ArrayList<Duration>();
        times(atOnce, bare);
        times(atOnce, backend);
        for (int round = 0; round < ROUNDS; round++) {
            engineTimes.add(times(atOnce, bare));
            backendTimes.add(times(atOnce, backend));
        }
        var engineMedian = median(engineTimes);
        var backendMedian = median(backendTimes);
        System.out.printf(
                "| %d | %d ms | %d ms | %.2f |%n",
                atOnce,
                engineMedian.toMillis(),
                backendMedian.toMillis(),
                (double) backendMedian.toNanos() / engineMedian.toNanos());
    }

    private static Duration times(int atOnce, Callable<Void> life) throws Exception {
        long before = System.nanoTime();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var each : threads.invokeAll(Collections.nCopies(atOnce, life))) {
                each.get();
            }
        }
        return Duration.ofNanos(System.nanoTime() - before);
    }

    private static Duration median(List<Duration> times) {
        return times.stream().sorted().skip(times.size() / 2).findFirst().orElseThrow();
    }
}
