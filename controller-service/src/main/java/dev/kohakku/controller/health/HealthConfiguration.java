package dev.kohakku.controller.health;

import dev.kohakku.common.blob.BlobStore;
import dev.kohakku.common.queue.redis.RedisConnections;
import dev.kohakku.common.queue.redis.RedisRoles;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** The engines beside Postgres: while one is away, what needs it waits, and the rest goes on. */
@Configuration(proxyBeanMethods = false)
class HealthConfiguration {

    /** A call that fails while its engine is away. */
    private interface Call {
        void run() throws Exception;
    }

    private record Engine(String name, Call check) implements Dependency {

        @Override
        public Optional<String> obstacle() throws Exception {
            check.run();
            return Optional.empty();
        }
    }

    @Bean
    @Order(1)
    Dependency redisDependency(RedisConnections redis, RedisRoles roles) {
        return new Redis(redis, roles);
    }

    /** There, and not one that would lose what the queue gives it. */
    private record Redis(RedisConnections connections, RedisRoles roles) implements Dependency {

        @Override
        public String name() {
            return "redis";
        }

        @Override
        public Optional<String> obstacle() {
            connections.check();
            for (var standing : roles.standings()) {
                if (standing.unfit() != null) {
                    return Optional.of(standing.unfit());
                }
            }
            return Optional.empty();
        }
    }

    @Bean
    @Order(2)
    Dependency objectStoreDependency(BlobStore blobs) {
        return new Engine("object_store", blobs::check);
    }
}
