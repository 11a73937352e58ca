package dev.kohakku.controller.role;

import dev.kohakku.common.queue.redis.RedisConnections;
import dev.kohakku.common.queue.redis.WakeChannel;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How the loops of several processes hear of each other. */
@Configuration(proxyBeanMethods = false)
class RoleConfiguration {

    @Bean
    Wakes wakes(
            List<RoleLoop> loops,
            Roles roles,
            RedisConnections redis,
            @Value("${kohakku.installation:default}") String installation) {
        return new Wakes(loops, roles, new WakeChannel(redis, installation));
    }
}
