package dev.kohakku.dispatcher.web;

import dev.kohakku.common.wire.WireJson;
import dev.kohakku.dispatcher.identity.DispatcherSettings;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class WebConfiguration {

    @Bean
    JsonMapperBuilderCustomizer wireJson() {
        return WireJson::configure;
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
