package dev.kohakku.controller.database;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.common.telemetry.Metrics;
import dev.kohakku.controller.role.ApiLoop;
import dev.kohakku.controller.role.Roles;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/** The replicas, and how clients stay with what they have seen. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ReplicaProperties.class)
class ReplicaConfiguration {

    /** Within it a read that could be answered goes to the primary instead of waiting. */
    private static final Duration CONNECTION_PATIENCE = Duration.ofSeconds(1);

    /** After the filters of security: what they ask is no part of an answer. */
    private static final int AFTER_SECURITY = 0;

    @Bean
    Replicas replicas(
            HikariDataSource postgres,
            DatabaseProperties database,
            ReplicaProperties properties,
            Pooling pooling,
            Roles roles,
            MeterRegistry meters) {
        var all = new ArrayList<Replica>();
        // why none elsewhere: only the API reads there.
        for (var written : roles.isApi() ? properties.urls() : List.<String>of()) {
            var url = DatabaseAddress.ofReplica(written, database);
            var name = "replica-" + (all.size() + 1);
            var pool = new HikariDataSource();
            pool.setPoolName(name);
            pool.setDataSource(new ServerConnections(url, database, pooling));
            pool.setMaximumPoolSize(properties.poolSize());
            pool.setMinimumIdle(1);
            pool.setConnectionTimeout(CONNECTION_PATIENCE.toMillis());
            pool.setValidationTimeout(CONNECTION_PATIENCE.toMillis() / 2);
            pool.setInitializationFailTimeout(-1);
            pool.setExceptionOverrideClassName(postgres.getExceptionOverrideClassName());
            pool.setMaxLifetime(postgres.getMaxLifetime());
            pool.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(meters));
            all.add(new Replica(name, DatabaseAddress.withoutSecrets(url), pool));
        }
        var replicas = new Replicas(postgres, all, properties.mostLag());
        all.forEach(replica -> watch(meters, replica));
        if (!replicas.isEmpty()) {
            replicas.lookAtStart();
        }
        return replicas;
    }

    private static void watch(MeterRegistry meters, Replica replica) {
        Gauge.builder(Metrics.REPLICA_FIT, replica, each -> each.isFit() ? 1 : 0)
                .description("Whether reads go to the replica")
                .tag(Metrics.SERVER, replica.name())
                .register(meters);
        Gauge.builder(Metrics.REPLICA_LAG, replica, each -> each.lag().toMillis() / 1000.0)
                .description("How far the replica is behind the primary")
                .baseUnit("seconds")
                .tag(Metrics.SERVER, replica.name())
                .register(meters);
    }

    @Bean
    @Conditional(ReplicasAreNamed.class)
    ApiLoop replicaLoop(Replicas replicas, ReplicaProperties properties) {
        // why no back-off: a replica that is away is to be seen again as soon as it is back.
        return new ApiLoop(
                new BackgroundLoop(
                        "replica-look",
                        new Rhythm(properties.checkEvery(), 0.1, properties.checkEvery()),
                        () -> {
                            replicas.look();
                            return false;
                        }));
    }

    @Bean
    @Conditional(ReplicasAreNamed.class)
    FilterRegistrationBean<FreshnessFilter> freshnessFilter(HikariDataSource postgres) {
        var registration = new FilterRegistrationBean<>(new FreshnessFilter(postgres));
        registration.setOrder(AFTER_SECURITY);
        return registration;
    }
}
