package dev.kohakku.common.wire;

import java.util.List;

/**
 * A dispatcher introduces itself.
 *
 * @param dispatcherId survives restarts: letters, digits, {@code . _ -}, up to 100
 * @param instance a random UUID of this process
 * @param url where the Controller reaches it
 * @param queue the stream it consumes
 * @param maxRunningTasks its capacity
 * @param backends what it can run
 * @param version of the software
 */
public record CheckIn(
        String dispatcherId,
        String instance,
        String url,
        String queue,
        int maxRunningTasks,
        List<BackendStatus> backends,
        String version) {}
