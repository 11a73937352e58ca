package dev.kohakku.controller.dispatch;

import dev.kohakku.common.queue.QueueUnavailableException;
import dev.kohakku.common.queue.TaskQueue;
import dev.kohakku.common.telemetry.Metrics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The queues this process puts attempts on, opened when first named. Thread-safe. */
public final class Queues {

    private final ConcurrentHashMap<String, TaskQueue> queues = new ConcurrentHashMap<>();
    private final Function<String, TaskQueue> open;
    private final MeterRegistry meters;

    Queues(Function<String, TaskQueue> open, MeterRegistry meters) {
        this.open = open;
        this.meters = meters;
    }

    /** The queue with this name. Does not contact the engine. */
    public TaskQueue named(String name) {
        return queues.computeIfAbsent(
                name,
                missing -> {
                    var queue = open.apply(missing);
                    Gauge.builder(Metrics.QUEUE_DEPTH, queue, Queues::depthOf)
                            .tag(Metrics.QUEUE, missing)
                            .register(meters);
                    return queue;
                });
    }

    // why no exception: a gauge that cannot be read now shows as a gap.
    private static double depthOf(TaskQueue queue) {
        try {
            return queue.depth();
        } catch (QueueUnavailableException away) {
            return Double.NaN;
        }
    }

    /** Closes what was opened. */
    void close() throws Exception {
        for (var queue : queues.values()) {
            if (queue instanceof AutoCloseable closeable) {
                closeable.close();
            }
        }
    }
}
