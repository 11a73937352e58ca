package dev.kohakku.dispatcher.backend.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits for news of one Pod. Keeps a Pod only for who is waiting to {@link #take} it, so a
 * container that just runs costs a few hundred bytes here, however many follow it. Thread-safe.
 */
final class PodFollower implements AutoCloseable {

    private final PodWatch watch;
    private final String name;
    private int users = 1;
    private int takers;
    private long events;
    private @Nullable Pod latest;
    private @Nullable String toldVersion;

    PodFollower(PodWatch watch, String name) {
        this.watch = watch;
        this.name = name;
    }

    String name() {
        return name;
    }

    synchronized PodFollower shared() {
        users++;
        return this;
    }

    /** Returns whether nobody uses it any more. */
    synchronized boolean released() {
        users--;
        return users == 0;
    }

    /** The Pod is in this state now, or was a moment ago. */
    synchronized void changed(Pod pod) {
        var version = pod.getMetadata().getResourceVersion();
        if (version == null || !version.equals(toldVersion)) {
            toldVersion = version;
            latest = takers == 0 ? null : pod;
            events++;
            notifyAll();
        }
    }

    /** Something has changed, and only a look says what. */
    synchronized void wake() {
        latest = null;
        events++;
        notifyAll();
    }

    /** How many events there were so far: where to wait from. */
    synchronized long events() {
        return events;
    }

    /** Blocks until there was an event after {@code seen}, or for {@code limit}. */
    synchronized void await(long seen, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        for (long left = limit.toNanos();
                events == seen && left > 0;
                left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    /**
     * Waits like {@link #await}.
     *
     * @return the Pod of the last event; empty where a look is needed
     */
    synchronized Optional<Pod> take(long seen, Duration limit) throws InterruptedException {
        takers++;
        try {
            await(seen, limit);
            return events == seen ? Optional.empty() : Optional.ofNullable(latest);
        } finally {
            takers--;
            if (takers == 0) {
                latest = null;
            }
        }
    }

    @Override
    public void close() {
        watch.leave(this);
    }
}
