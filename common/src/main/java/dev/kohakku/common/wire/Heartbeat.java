package dev.kohakku.common.wire;

import java.util.List;

/**
 * A dispatcher is alive.
 *
 * @param instance of the check-in
 * @param freeSlots how many more attempts it would take now
 * @param running every attempt it works on, at its epoch
 * @param backends as of now
 */
public record Heartbeat(
        String instance, int freeSlots, List<AttemptRef> running, List<BackendStatus> backends) {}
