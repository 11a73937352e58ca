package dev.kohakku.dispatcher.backend.process;

import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.dispatcher.backend.BackendFactory;
import dev.kohakku.dispatcher.backend.ServedBackend;
import java.time.Clock;
import java.util.Optional;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ProcessSettings.class)
class ProcessConfiguration {

    @Bean
    BackendFactory processBackends(ProcessSettings settings, Clock clock) {
        return new BackendFactory() {
            @Override
            public RuntimeType type() {
                return RuntimeType.WORKER;
            }

            @Override
            public ServedBackend open(Owner owner) {
                var backend =
                        new ProcessBackend(
                                settings, owner.installation(), owner.dispatcher(), clock);
                return new ServedBackend(backend, backend.logs(), Optional.empty());
            }
        };
    }
}
