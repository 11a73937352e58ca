package dev.kohakku.dispatcher.identity;

import java.time.Clock;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class IdentityConfiguration {

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    DispatcherIdentity dispatcherIdentity(
            DispatcherSettings settings, @Value("${server.port:8080}") int port) {
        var identity = DispatcherIdentity.of(settings, port);
        LoggerFactory.getLogger(DispatcherIdentity.class)
                .info(
                        "dispatcher {} at {}, instance {}",
                        identity.id(),
                        identity.url(),
                        identity.instance());
        return identity;
    }
}
