package dev.kohakku.controller.fleet;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.controller.role.ApiLoop;
import dev.kohakku.controller.role.Roles;
import dev.kohakku.controller.role.WorkerLoop;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The loops of this package. */
@Configuration(proxyBeanMethods = false)
class FleetConfiguration {

    private static final Duration LISTEN_EVERY = Duration.ofSeconds(2);

    /** Belongs to those who judge: what they judge by is as recent as their judgement. */
    @Bean
    WorkerLoop addressProberLoop(AddressProber prober) {
        return new WorkerLoop(
                new BackgroundLoop(
                        "address-prober",
                        new Rhythm(LISTEN_EVERY, 0.1, LISTEN_EVERY),
                        () -> {
                            prober.round();
                            return false;
                        }),
                Roles.Queue.CLEANUP);
    }

    @Bean
    ApiLoop apiPresenceLoop(ApiPresence presence, HearingAlarm alarm) {
        // why no back-off: each renewal that is left out brings a gap nearer.
        return new ApiLoop(
                new BackgroundLoop(
                        "api-presence",
                        new Rhythm(presence.interval(), 0.1, presence.interval()),
                        () -> {
                            presence.renew();
                            alarm.look();
                            return false;
                        }));
    }
}
