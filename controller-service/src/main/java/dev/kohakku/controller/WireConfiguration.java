package dev.kohakku.controller;

import dev.kohakku.common.wire.WireJson;
import java.time.Clock;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What every package takes for granted. */
@Configuration(proxyBeanMethods = false)
class WireConfiguration {

    @Bean
    JsonMapperBuilderCustomizer wireJson() {
        return WireJson::configure;
    }

    /** For what is not judged by the database's clock. */
    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
