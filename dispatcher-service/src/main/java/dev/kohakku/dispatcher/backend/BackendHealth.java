package dev.kohakku.dispatcher.backend;

import org.jspecify.annotations.Nullable;

/**
 * Whether a backend accepts work.
 *
 * @param healthy whether it does
 * @param reason the engine's own words where it does not
 */
public record BackendHealth(boolean healthy, @Nullable String reason) {

    /** It does. */
    public static final BackendHealth HEALTHY = new BackendHealth(true, null);

    /** It does not, and this is why. */
    public static BackendHealth unhealthy(String reason) {
        return new BackendHealth(false, reason);
    }
}
