package dev.kohakku.common.wire;

import dev.kohakku.common.task.RuntimeTarget;
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
 * @param pool whose tasks it takes; the default one where it does not say
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

    public CheckIn {
        mode = Objects.requireNonNullElse(mode, DispatchMode.BUS);
        pool = Objects.requireNonNullElse(pool, RuntimeTarget.DEFAULT_POOL);
        labels = Objects.requireNonNullElse(labels, Map.of());
    }
}
