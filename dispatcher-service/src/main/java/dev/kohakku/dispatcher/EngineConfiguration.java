package dev.kohakku.dispatcher;

import dev.kohakku.common.blob.BlobStore;
import dev.kohakku.common.blob.minio.MinioBlobStore;
import dev.kohakku.common.blob.minio.MinioSettings;
import dev.kohakku.common.log.BlobLogArchive;
import dev.kohakku.common.log.LiveLog;
import dev.kohakku.common.log.LogArchive;
import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.common.queue.TaskQueue;
import dev.kohakku.common.queue.redis.RedisConnections;
import dev.kohakku.common.queue.redis.RedisEndpoints;
import dev.kohakku.common.queue.redis.RedisListQueue;
import dev.kohakku.common.queue.redis.RedisLiveLog;
import dev.kohakku.common.queue.redis.RedisPoolQueue;
import dev.kohakku.common.queue.redis.RedisRoles;
import dev.kohakku.common.queue.redis.StateRedis;
import dev.kohakku.common.telemetry.Metrics;
import dev.kohakku.dispatcher.attempt.BackendHealths;
import dev.kohakku.dispatcher.identity.DispatcherIdentity;
import dev.kohakku.dispatcher.intake.QueueSettings;
import dev.kohakku.dispatcher.report.Registration;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The engines behind everything. Making them contacts none: a dispatcher starts beside any. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({RedisEndpoints.class, MinioSettings.class})
class EngineConfiguration {

    @Bean
    RedisConnections redisConnections(RedisEndpoints endpoints) {
        return new RedisConnections(endpoints);
    }

    /** Refuses to start on a queue that would lose entries; who is away stops nothing. */
    @Bean
    RedisRoles redisRoles(RedisConnections redis, MeterRegistry meters) {
        var roles = new RedisRoles(redis);
        roles.checkAtStart();
        roles.bindTo(meters);
        return roles;
    }

    @Bean(initMethod = "start")
    BackgroundLoop redisWatchLoop(RedisRoles roles, MeterRegistry meters) {
        var loop =
                new BackgroundLoop(
                        "redis-watch",
                        Rhythm.every(RedisRoles.LOOK_EVERY),
                        () -> {
                            roles.look();
                            return false;
                        });
        Metrics.watch(meters, loop);
        return loop;
    }

    @Bean
    StateRedis stateRedis(RedisConnections redis) {
        return new StateRedis(redis);
    }

    @Bean
    LiveLog liveLog(RedisConnections redis) {
        return new RedisLiveLog(redis);
    }

    @Bean
    TaskQueue taskQueue(
            RedisConnections redis,
            QueueSettings settings,
            DispatcherIdentity identity,
            Registration.Intake intake,
            BackendHealths healths) {
        return switch (intake.mode()) {
            case BUS ->
                    new RedisPoolQueue(
                            redis,
                            intake.queue(),
                            healths::healthyTypes,
                            settings.group(),
                            identity.id());
            case HTTP ->
                    // why the instance: a second process under the same id must not take as well.
                    new RedisListQueue(
                            redis, intake.queue(), identity.instance(), settings.listLease());
        };
    }

    @Bean
    BlobStore blobStore(MinioSettings settings) {
        return new MinioBlobStore(settings);
    }

    @Bean
    LogArchive logArchive(BlobStore blobs) {
        return new BlobLogArchive(blobs);
    }
}
