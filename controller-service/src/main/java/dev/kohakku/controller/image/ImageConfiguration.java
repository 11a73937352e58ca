package dev.kohakku.controller.image;

import dev.kohakku.controller.job.Job;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The background job and the settings of this package. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SecretsProperties.class)
class ImageConfiguration {

    private static final Duration INTERVAL = Duration.ofMinutes(10);

    @Bean
    Job oldPrefetchRemoverJob(Prefetches prefetches) {
        return Job.cleanup("old-prefetch-remover", INTERVAL, prefetches::removeOld);
    }
}
