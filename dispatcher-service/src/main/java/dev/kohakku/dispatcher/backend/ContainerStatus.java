package dev.kohakku.dispatcher.backend;

import java.time.Instant;

/** How a container stands. */
public sealed interface ContainerStatus {

    /** Made, never started. */
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

    /** The backend does not know it (any more). */
    record Missing() implements ContainerStatus {}
}
