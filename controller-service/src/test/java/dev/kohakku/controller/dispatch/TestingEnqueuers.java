package dev.kohakku.controller.dispatch;

import dev.kohakku.common.blob.BlobStore;
import dev.kohakku.common.telemetry.Traces;
import dev.kohakku.controller.brief.BriefAssembler;
import dev.kohakku.controller.fleet.DispatcherCalls;
import dev.kohakku.controller.fleet.Dispatchers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;

/** Enqueuers over the real database and queues, each with one thing changed. */
record TestingEnqueuers(
        Dispatchers dispatchers,
        OutboxStore outbox,
        Enqueuer.Rows rows,
        BriefStorage briefs,
        QueueMoves moves,
        DispatcherCalls calls,
        Queues queues) {

    private static final DispatchProperties USUAL = properties(100, 1_000);

    private static DispatchProperties properties(int batch, int streamDepth) {
        return new DispatchProperties(
                "dispatchers",
                Duration.ofMillis(200),
                batch,
                Duration.ofSeconds(15),
                streamDepth,
                8);
    }

    Enqueuer plain() {
        return of(USUAL, briefs, queues, StopPoints.NONE);
    }

    Enqueuer stopping(StopPoints stops) {
        return of(USUAL, briefs, queues, stops);
    }

    Enqueuer storing(BlobStore blobs) {
        return of(
                USUAL,
                new BriefStorage(
                        outbox, new BriefAssembler(blobs, new SimpleMeterRegistry()), USUAL),
                queues,
                StopPoints.NONE);
    }

    Enqueuer withStreamDepth(int depth) {
        return of(properties(100, depth), briefs, queues, StopPoints.NONE);
    }

    Enqueuer withBatch(int batch) {
        return of(properties(batch, 1_000), briefs, queues, StopPoints.NONE);
    }

    Enqueuer on(Queues others, StopPoints stops) {
        return of(USUAL, briefs, others, stops);
    }

    private Enqueuer of(
            DispatchProperties properties,
            BriefStorage briefStorage,
            Queues onto,
            StopPoints stops) {
        return new Enqueuer(
                new Admission(
                        dispatchers,
                        new Destinations(onto, calls::at, properties, Clock.systemUTC())),
                rows,
                briefStorage,
                moves,
                new Enqueuer.Settings(
                        properties, Clock.systemUTC(), new SimpleMeterRegistry(), Traces.OFF),
                stops);
    }
}
