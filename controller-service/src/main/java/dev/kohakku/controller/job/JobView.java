package dev.kohakku.controller.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job as clients see it.
 *
 * @param queue as in {@code WORKER_QUEUES}
 * @param nextRunAt when it is due; null while it runs
 * @param lastError what the last failure said; null once a run has succeeded
 * @param runningSince when the run at hand began; null while none is
 * @param runningAt the worker that does it: host and process
 * @param overdue whether it should have been begun two minutes ago, or its worker is silent for as
 *     long: nobody works the queue, or everybody is busy
 */
record JobView(
        String name,
        String queue,
        @Nullable Instant nextRunAt,
        @Nullable Instant lastSuccessAt,
        @Nullable Instant lastFailureAt,
        @Nullable String lastError,
        int consecutiveFailures,
        @Nullable Instant runningSince,
        @Nullable String runningAt,
        boolean overdue) {}
