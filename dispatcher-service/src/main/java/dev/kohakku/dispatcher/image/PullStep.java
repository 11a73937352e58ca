package dev.kohakku.dispatcher.image;

import java.time.Duration;

/** What happens until an image is there; shown in the timeline. */
public sealed interface PullStep {

    /** The engine has it; nothing was pulled. */
    record Present() implements PullStep {}

    /** A slot was free, the pull begins. Also told to those who join a pull that goes on. */
    record Pulling() implements PullStep {}

    /**
     * It goes on.
     *
     * @param words how far it is, for people
     */
    record Progressed(String words) implements PullStep {}

    /**
     * It failed for now and is tried again.
     *
     * @param reason the engine's own words
     * @param pause until then
     */
    record Retrying(String reason, Duration pause) implements PullStep {}

    /**
     * It is there.
     *
     * @param took the try that succeeded, without the wait for a slot
     */
    record Pulled(Duration took) implements PullStep {}
}
