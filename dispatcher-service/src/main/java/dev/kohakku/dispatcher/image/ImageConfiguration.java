package dev.kohakku.dispatcher.image;

import dev.kohakku.common.telemetry.Metrics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ImageSettings.class)
class ImageConfiguration {

    @Bean
    PullGate pullGate(ImageSettings settings, InstantSource clock) {
        return new PullGate(settings, clock);
    }

    @Bean
    MeterBinder pullMeters(PullGate gate) {
        return registry -> {
            Gauge.builder(Metrics.PULLS_WAITING, gate, PullGate::waiting).register(registry);
            Gauge.builder(Metrics.PULLS_RUNNING, gate, PullGate::running).register(registry);
        };
    }
}
