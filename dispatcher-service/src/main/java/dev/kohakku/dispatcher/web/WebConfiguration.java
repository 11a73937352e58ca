package dev.kohakku.dispatcher.web;

import dev.kohakku.common.wire.WireJson;
import dev.kohakku.dispatcher.identity.DispatcherSettings;
import io.micrometer.observation.ObservationPredicate;
import java.util.Objects;
import java.util.Set;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class WebConfiguration {

    private static final Set<String> PROBES = Set.of("/health", "/ready", "/actuator/prometheus");

    @Bean
    JsonMapperBuilderCustomizer wireJson() {
        return WireJson::configure;
    }

    /** why: who asks whether we live is no part of any work, and asks all the time. */
    @Bean
    ObservationPredicate probesAreNotObserved() {
        return (name, context) ->
                !(context instanceof ServerRequestObservationContext request
                        && PROBES.contains(
                                Objects.requireNonNull(request.getCarrier()).getRequestURI()));
    }

    @Bean
    JsonBodies jsonBodies(JsonMapper json) {
        return new JsonBodies(json);
    }

    @Bean
    FilterRegistrationBean<ApiKeyFilter> apiKeyFilter(
            DispatcherSettings settings, JsonMapper json) {
        var filter = new FilterRegistrationBean<>(new ApiKeyFilter(settings.apiKey(), json));
        filter.addUrlPatterns("/tasks", "/tasks/*", "/heartbeat", "/heartbeat/");
        return filter;
    }
}
