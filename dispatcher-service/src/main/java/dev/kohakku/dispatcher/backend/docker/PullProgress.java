package dev.kohakku.dispatcher.backend.docker;

import com.github.dockerjava.api.model.PullResponseItem;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Says now and then how far a pull is. The engine tells of each layer by itself and many times a
 * second; people want the sum, and not often. For one thread at a time.
 */
final class PullProgress {

    /** A pull of ten minutes then says forty lines at most. */
    static final Duration EVERY = Duration.ofSeconds(15);

    private static final long MEBIBYTE = 1024 * 1024;

    private final Consumer<String> told;
    private final LongSupplier nanoTime;
    private final Map<String, Layer> layers = new HashMap<>();
    private long next;

    /** How far a layer is, in bytes; its size is unknown until its download has begun. */
    private record Layer(long current, long total, boolean done) {}

    PullProgress(Consumer<String> told) {
        this(told, System::nanoTime);
    }

    PullProgress(Consumer<String> told, LongSupplier nanoTime) {
        this.told = told;
        this.nanoTime = nanoTime;
        this.next = nanoTime.getAsLong() + EVERY.toNanos();
    }

    /** Takes what the engine says. */
    synchronized void saw(PullResponseItem item) {
        if (item.getId() == null || item.getStatus() == null) {
            return;
        }
        var known = layers.getOrDefault(item.getId(), new Layer(0, 0, false));
        switch (item.getStatus()) {
            case "Pulling fs layer", "Waiting" -> layers.put(item.getId(), known);
            case "Downloading" -> layers.put(item.getId(), downloading(item, known));
            case "Download complete", "Extracting", "Pull complete", "Already exists" ->
                    layers.put(item.getId(), new Layer(known.total(), known.total(), true));
            default -> {}
        }
        if (!layers.isEmpty() && nanoTime.getAsLong() - next >= 0) {
            next = nanoTime.getAsLong() + EVERY.toNanos();
            told.accept(words());
        }
    }

    private static Layer downloading(PullResponseItem item, Layer known) {
        var detail = item.getProgressDetail();
        if (detail == null || detail.getCurrent() == null || detail.getTotal() == null) {
            return known;
        }
        return new Layer(detail.getCurrent(), detail.getTotal(), false);
    }

    private String words() {
        long done = layers.values().stream().filter(Layer::done).count();
        long current = layers.values().stream().mapToLong(Layer::current).sum();
        long total = layers.values().stream().mapToLong(Layer::total).sum();
        return "%d of %d layers, %d of %d MiB"
                .formatted(done, layers.size(), current / MEBIBYTE, total / MEBIBYTE);
    }
}
