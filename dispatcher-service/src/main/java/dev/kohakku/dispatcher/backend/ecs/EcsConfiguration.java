package dev.kohakku.dispatcher.backend.ecs;

import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.dispatcher.backend.BackendFactory;
import dev.kohakku.dispatcher.backend.ServedBackend;
import java.util.Optional;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EcsSettings.class)
class EcsConfiguration {

    @Bean
    BackendFactory ecsBackends(EcsSettings settings) {
        return new BackendFactory() {
            @Override
            public RuntimeType type() {
                return RuntimeType.ECS;
            }

            @Override
            public ServedBackend open(Owner owner) {
                var backend = new EcsBackend(settings, owner.installation(), owner.dispatcher());
                return new ServedBackend(backend, backend.logs(), Optional.empty());
            }
        };
    }
}
