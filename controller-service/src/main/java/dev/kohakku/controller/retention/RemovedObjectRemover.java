package dev.kohakku.controller.retention;

import dev.kohakku.common.blob.BlobStore;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.telemetry.Metrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Removes the objects of tasks that were removed: briefs, results, logs. Each has the task's id in
 * its name, so none is another task's. Safe on many replicas at once.
 */
@Component
class RemovedObjectRemover {

    static final int BATCH = 50;

    /** Longer than a batch takes; after it another process may take the same. */
    private static final Duration TAKEN_FOR = Duration.ofMinutes(10);

    /** By then everybody who wrote at the end knows that the task is gone. */
    private static final Duration LOOK_AGAIN_AFTER = Duration.ofDays(1);

    /** What begins the names of objects that belong to one task. */
    private static final List<String> KINDS = List.of("briefs/", "results/", "logs/");

    private final RetentionStore store;
    private final BlobStore blobs;
    private final Counter removed;

    RemovedObjectRemover(RetentionStore store, BlobStore blobs, MeterRegistry meters) {
        this.store = store;
        this.blobs = blobs;
        this.removed = meters.counter(Metrics.OBJECTS_REMOVED);
    }

    /**
     * Looks for the objects of a batch. Returns whether there may be more.
     *
     * @throws UncheckedIOException when the store failed; each task it failed for is due again
     */
    boolean round() {
        var tasks = store.take(TAKEN_FOR, BATCH);
        var failure = new IOException("objects of removed tasks were not removed");
        for (var task : tasks) {
            try {
                look(task);
            } catch (IOException | IllegalArgumentException failed) {
                // why not at once: an object that must not be deleted holds up no other task's.
                failure.addSuppressed(failed);
            }
        }
        if (failure.getSuppressed().length > 0) {
            throw new UncheckedIOException(failure);
        }
        return tasks.size() == BATCH;
    }

    private void look(TaskId task) throws IOException {
        // why a day even if nothing was found: somebody who was paused may still write.
        if (removeObjects(task) > 0 || !store.forgetAfter(task, LOOK_AGAIN_AFTER)) {
            store.lookAgain(task, LOOK_AGAIN_AFTER);
        }
    }

    private int removeObjects(TaskId task) throws IOException {
        int count = 0;
        for (var kind : KINDS) {
            for (var key : blobs.list(kind + task + "/")) {
                blobs.delete(key);
                removed.increment();
                count++;
            }
        }
        return count;
    }
}
