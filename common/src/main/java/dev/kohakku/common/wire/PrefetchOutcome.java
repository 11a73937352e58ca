package dev.kohakku.common.wire;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What came of a {@link Prefetch} at one dispatcher.
 *
 * @param instance of the check-in
 * @param id of the request
 * @param result what came of it
 * @param message the engine's own words where it failed, at most 2,000 characters
 */
public record PrefetchOutcome(String instance, UUID id, Result result, @Nullable String message) {

    /** What can come of it. */
    public enum Result {
        /** Its engines have the image now. */
        PULLED,
        /** Its engines had the image before. */
        PRESENT,
        /** An engine could not get it. */
        FAILED,
        /** None of its backends keeps images that can be pulled ahead of a start. */
        UNSUPPORTED
    }
}
