package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.telemetry.Histograms;
import dev.kohakku.common.telemetry.Metrics;
import dev.kohakku.dispatcher.image.PullStep;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** How long one attempt waits for an image that the engine does not have. */
final class ImageWait {

    private final MeterRegistry meters;
    private final long began = System.nanoTime();
    private final AtomicBoolean pulled = new AtomicBoolean();

    ImageWait(MeterRegistry meters) {
        this.meters = meters;
    }

    void reached(PullStep step) {
        if (!(step instanceof PullStep.Present)) {
            pulled.set(true);
        }
    }

    /** Counts it where there was something to wait for, and answers what it was given. */
    <T> T over(String outcome, T answer) {
        if (pulled.get()) {
            Histograms.wait(meters, Metrics.PULL_TIME, Tags.of(Metrics.OUTCOME, outcome))
                    .record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
        }
        return answer;
    }
}
