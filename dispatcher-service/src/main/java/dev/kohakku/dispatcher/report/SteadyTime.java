package dev.kohakku.dispatcher.report;

import java.time.Duration;
import java.time.Instant;

/**
 * A time that only passes: no step of the wall clock moves it, so that whatever is due or expires
 * is measured by it. Its moments mean something only among themselves. Thread-safe.
 */
@FunctionalInterface
public interface SteadyTime {

    /** The present moment of this time; never before an earlier answer. */
    Instant now();

    /** The time of this process, by {@link System#nanoTime}. */
    static SteadyTime ofProcess() {
        var begun = System.nanoTime();
        return () -> Instant.EPOCH.plus(Duration.ofNanos(System.nanoTime() - begun));
    }
}
