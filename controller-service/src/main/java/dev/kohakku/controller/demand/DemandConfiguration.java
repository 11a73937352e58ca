package dev.kohakku.controller.demand;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.controller.role.Roles;
import dev.kohakku.controller.role.WorkerLoop;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The loop that reads demand for the meters. */
@Configuration(proxyBeanMethods = false)
class DemandConfiguration {

    private static final Rhythm READING =
            new Rhythm(Duration.ofSeconds(10), 0.1, Duration.ofMinutes(1));

    @Bean
    DemandMetrics demandMetrics(Demands demands, MeterRegistry meters) {
        return new DemandMetrics(demands, meters);
    }

    @Bean
    WorkerLoop demandReadings(DemandMetrics metrics) {
        return new WorkerLoop(
                new BackgroundLoop("demand-readings", READING, metrics::round),
                Roles.Queue.DISPATCH);
    }
}
