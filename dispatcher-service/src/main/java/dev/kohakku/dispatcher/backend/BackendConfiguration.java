package dev.kohakku.dispatcher.backend;

import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.dispatcher.backend.docker.DockerBackend;
import dev.kohakku.dispatcher.backend.docker.DockerSettings;
import dev.kohakku.dispatcher.backend.process.ProcessBackend;
import dev.kohakku.dispatcher.backend.process.ProcessSettings;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Makes the backends that {@code RUNTIME_BACKEND} names, and takes those that are beans besides.
 * None of them is asked anything here: a dispatcher starts beside an engine that is down.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({DockerSettings.class, ProcessSettings.class})
class BackendConfiguration {

    @Bean
    BackendSettings backendSettings(
            @Value("${kohakku.runtime-backends:local}") String names,
            @Value("${kohakku.installation:default}") String installation) {
        return BackendSettings.of(List.of(names.split(",", -1)), installation);
    }

    @Bean
    Backends backends(
            BackendSettings settings,
            DockerSettings docker,
            ProcessSettings process,
            @Value("${kohakku.dispatcher.id:}") String dispatcher,
            Clock clock,
            ObjectProvider<ServedBackend> contributed) {
        var named =
                settings.types().stream()
                        .map(type -> served(type, settings, docker, process, dispatcher, clock));
        return new Backends(Stream.concat(named, contributed.orderedStream()).toList());
    }

    private static ServedBackend served(
            RuntimeType type,
            BackendSettings settings,
            DockerSettings docker,
            ProcessSettings process,
            String dispatcher,
            Clock clock) {
        return switch (type) {
            case LOCAL -> {
                var backend = new DockerBackend(docker, settings.installation(), dispatcher);
                yield new ServedBackend(backend, backend.logs(), Optional.of(backend.images()));
            }
            case WORKER -> {
                var backend =
                        new ProcessBackend(process, settings.installation(), dispatcher, clock);
                yield new ServedBackend(backend, backend.logs(), Optional.empty());
            }
            case K8S, ECS, MOCK ->
                    throw new IllegalStateException(type + " has passed BackendSettings");
        };
    }
}
