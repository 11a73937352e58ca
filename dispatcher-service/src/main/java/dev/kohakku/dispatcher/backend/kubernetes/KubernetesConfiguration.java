package dev.kohakku.dispatcher.backend.kubernetes;

import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.dispatcher.backend.BackendFactory;
import dev.kohakku.dispatcher.backend.ServedBackend;
import java.time.Clock;
import java.util.Optional;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(KubernetesSettings.class)
class KubernetesConfiguration {

    @Bean
    BackendFactory kubernetesBackends(KubernetesSettings settings, Clock clock) {
        return new BackendFactory() {
            @Override
            public RuntimeType type() {
                return RuntimeType.K8S;
            }

            @Override
            public ServedBackend open(Owner owner) {
                var backend = new KubernetesBackend(settings, owner, clock);
                return new ServedBackend(backend, backend.logs(), Optional.empty());
            }
        };
    }
}
