package dev.kohakku.controller.fleet;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.controller.role.ApiLoop;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The loop of this package. */
@Configuration(proxyBeanMethods = false)
class FleetConfiguration {

    @Bean
    ApiLoop apiPresenceLoop(ApiPresence presence) {
        // why no back-off: each renewal that is left out brings a gap nearer.
        return new ApiLoop(
                new BackgroundLoop(
                        "api-presence",
                        new Rhythm(presence.interval(), 0.1, presence.interval()),
                        () -> {
                            presence.renew();
                            return false;
                        }));
    }
}
