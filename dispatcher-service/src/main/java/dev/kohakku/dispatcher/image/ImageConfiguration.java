package dev.kohakku.dispatcher.image;

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
}
