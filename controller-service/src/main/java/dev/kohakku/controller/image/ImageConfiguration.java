package dev.kohakku.controller.image;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.controller.role.Roles;
import dev.kohakku.controller.role.WorkerLoop;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The loop and the settings of this package. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SecretsProperties.class)
class ImageConfiguration {

    private static final Duration INTERVAL = Duration.ofMinutes(10);

    @Bean
    WorkerLoop oldPrefetchRemoverLoop(Prefetches prefetches) {
        return new WorkerLoop(
                new BackgroundLoop(
                        "old-prefetch-remover",
                        new Rhythm(INTERVAL, 0.1, INTERVAL),
                        prefetches::removeOld),
                Roles.Queue.CLEANUP);
    }
}
