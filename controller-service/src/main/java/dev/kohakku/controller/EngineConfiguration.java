package dev.kohakku.controller;

import dev.kohakku.common.blob.BlobStore;
import dev.kohakku.common.blob.minio.MinioBlobStore;
import dev.kohakku.common.blob.minio.MinioSettings;
import dev.kohakku.common.log.BlobLogArchive;
import dev.kohakku.common.log.LiveLog;
import dev.kohakku.common.log.LogArchive;
import dev.kohakku.common.queue.redis.RedisConnections;
import dev.kohakku.common.queue.redis.RedisEndpoints;
import dev.kohakku.common.queue.redis.RedisLiveLog;
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
