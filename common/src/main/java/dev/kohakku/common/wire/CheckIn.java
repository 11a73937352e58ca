package dev.kohakku.common.wire;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A dispatcher introduces itself.
 *
 * @param dispatcherId survives restarts: letters, digits, {@code . _ -}, up to 100
 * @param instance a random UUID of this process
 * @param url where the Controller reaches it
 * @param mode how attempts come to it; a dispatcher of an earlier version does not say and has BUS
 * @param queue the stream it shares with its pool, or its own list
 * @param pool whose tasks it takes; {@link #DEFAULT_POOL} where it does not say
 * @param labels by which tasks choose it
 * @param maxRunningTasks its capacity
 * @param backends what it can run
 * @param version of the software
 */
public record CheckIn(
        String dispatcherId,
        String instance,
        String url,
        DispatchMode mode,
        String queue,
        String pool,
        Map<String, String> labels,
        int maxRunningTasks,
        List<BackendStatus> backends,
        String version) {

    /** The pool of dispatchers and tasks that name none. */
    public static final String DEFAULT_POOL = "default";

    public CheckIn {
        mode = Objects.requireNonNullElse(mode, DispatchMode.BUS);
        pool = Objects.requireNonNullElse(pool, DEFAULT_POOL);
        labels = Objects.requireNonNullElse(labels, Map.of());
    }
}
