package dev.kohakku.controller;

import dev.kohakku.common.blob.BlobStore;
import dev.kohakku.common.blob.minio.MinioBlobStore;
import dev.kohakku.common.blob.minio.MinioSettings;
import dev.kohakku.common.log.BlobLogArchive;
import dev.kohakku.common.log.LiveLog;
import dev.kohakku.common.log.LogArchive;
import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.common.queue.redis.RedisConnections;
import dev.kohakku.common.queue.redis.RedisEndpoints;
import dev.kohakku.common.queue.redis.RedisLiveLog;
import dev.kohakku.common.queue.redis.RedisRoles;
import dev.kohakku.controller.role.ProcessLoop;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Redis and the object store. Neither has to answer for the Controller to start. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({RedisEndpoints.class, MinioSettings.class})
class EngineConfiguration {

    @Bean
    RedisConnections redis(RedisEndpoints endpoints) {
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

    @Bean
    ProcessLoop redisWatchLoop(RedisRoles roles) {
        return new ProcessLoop(
                new BackgroundLoop(
                        "redis-watch",
                        Rhythm.every(RedisRoles.LOOK_EVERY),
                        () -> {
                            roles.look();
                            return false;
                        }));
    }

    @Bean
    BlobStore blobs(MinioSettings settings) {
        return new MinioBlobStore(settings);
    }

    @Bean
    LiveLog liveLog(RedisConnections redis) {
        return new RedisLiveLog(redis);
    }

    @Bean
    LogArchive logArchive(BlobStore blobs) {
        return new BlobLogArchive(blobs);
    }
}
