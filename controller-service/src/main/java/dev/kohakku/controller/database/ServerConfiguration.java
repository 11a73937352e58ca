package dev.kohakku.controller.database;

import com.zaxxer.hikari.HikariDataSource;
import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.common.telemetry.ClockWatch;
import dev.kohakku.controller.health.Dependency;
import dev.kohakku.controller.role.ProcessLoop;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What is looked at of the server beside the work. */
@Configuration(proxyBeanMethods = false)
class ServerConfiguration {

    private static final Duration LOOK_EVERY = Duration.ofSeconds(30);

    @Bean
    ClockWatch postgresClock(MeterRegistry meters) {
        return new ClockWatch("Postgres", meters);
    }

    @Bean
    ProcessLoop serverLoop(
            HikariDataSource postgres, Pooling pooling, Clock clock, ClockWatch watch) {
        // why the pool itself: what is asked is asked of the primary.
        var look =
                new ServerLook(
                        JdbcClient.create(postgres),
                        pooling,
                        postgres.getMaximumPoolSize(),
                        clock,
                        watch);
        return new ProcessLoop(
                new BackgroundLoop(
                        "server-look",
                        Rhythm.every(LOOK_EVERY),
                        () -> {
                            look.look();
                            return false;
                        }));
    }

    /** While the clocks disagree everything works, and what people read is wrong. */
    @Bean
    @Order(3)
    Dependency clockDependency(ClockWatch watch) {
        return new Dependency() {
            @Override
            public String name() {
                return "clock";
            }

            @Override
            public Optional<String> obstacle() {
                return watch.obstacle();
            }
        };
    }
}
