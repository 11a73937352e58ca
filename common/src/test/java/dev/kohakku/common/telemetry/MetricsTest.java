package dev.kohakku.common.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MetricsTest {

    @Test
    void aWatchedLoopShowsItsAgeAndItsFailures() {
        var registry = new SimpleMeterRegistry();
        var loop =
                new BackgroundLoop(
                        "enqueuer",
                        Rhythm.every(Duration.ofHours(1)),
                        () -> {
                            throw new IOException("away");
                        });

        Metrics.watch(registry, loop);
        assertThatThrownBy(loop::tick).isInstanceOf(IOException.class);

        assertThat(registry.get(Metrics.LOOP_FAILURES).tag("loop", "enqueuer").gauge().value())
                .isEqualTo(1);
        assertThat(
                        registry.get(Metrics.LOOP_AGE)
                                .tag("loop", "enqueuer")
                                .timeGauge()
                                .value(TimeUnit.SECONDS))
                .isPositive();
    }
}
