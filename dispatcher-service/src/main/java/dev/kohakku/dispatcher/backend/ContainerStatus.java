package dev.kohakku.dispatcher.backend;

import dev.kohakku.common.task.FailureKind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How a container stands. */
public sealed interface ContainerStatus {

    /** Made and not running yet: never started, or waiting for a place or its image. */
    record Created() implements ContainerStatus {}

    /**
     * Runs.
     *
     * @param startedAt by the engine's clock
     */
    record Running(Instant startedAt) implements ContainerStatus {}

    /**
     * Ran and ended.
     *
     * @param startedAt by the engine's clock
     * @param result how
     */
    record Exited(Instant startedAt, ExitResult result) implements ContainerStatus {}

    /**
     * Ended by the platform under it and not by its program, which may have been running: evicted,
     * preempted, its machine lost. The program's exit code says nothing then.
     *
     * @param startedAt by the engine's clock; null where it never ran
     * @param kind why
     * @param reason the engine's own words
     */
    record Failed(@Nullable Instant startedAt, FailureKind kind, String reason)
            implements ContainerStatus {}

    /** The backend does not know it (any more). */
    record Missing() implements ContainerStatus {}
}
