package dev.kohakku.dispatcher.backend;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Makes the backends that {@code RUNTIME_BACKEND} names, and takes those that are beans besides.
 * None of them is asked anything here: a dispatcher starts beside an engine that is down.
 */
@Configuration(proxyBeanMethods = false)
class BackendConfiguration {

    @Bean
    BackendSettings backendSettings(
            @Value("${kohakku.runtime-backends:local}") String names,
            @Value("${kohakku.installation:default}") String installation,
            List<BackendFactory> factories) {
        var available =
                factories.stream()
                        .map(BackendFactory::type)
                        .collect(Collectors.toUnmodifiableSet());
        return BackendSettings.of(List.of(names.split(",", -1)), available, installation);
    }

    @Bean
    Backends backends(
            BackendSettings settings,
            @Value("${kohakku.dispatcher.id:}") String dispatcher,
            List<BackendFactory> factories,
            ObjectProvider<ServedBackend> contributed) {
        var owner = new BackendFactory.Owner(settings.installation(), dispatcher);
        var named =
                factories.stream()
                        .filter(factory -> settings.types().contains(factory.type()))
                        .map(factory -> factory.open(owner));
        return new Backends(Stream.concat(named, contributed.orderedStream()).toList());
    }
}
