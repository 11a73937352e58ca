package dev.kohakku.dispatcher.agent;

import dev.kohakku.common.blob.BlobStore;
import dev.kohakku.common.queue.redis.StateRedis;
import dev.kohakku.dispatcher.identity.DispatcherSettings;
import dev.kohakku.dispatcher.web.JsonBodies;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class AgentConfiguration {

    @Bean
    AgentKeys agentKeys(DispatcherSettings settings) {
        return new AgentKeys(settings.signingKey());
    }

    @Bean
    BriefLinks briefLinks(
            DispatcherSettings dispatcher, BlobStore blobs, AgentSettings settings, Clock clock) {
        return new BriefLinks(dispatcher.signingKey(), blobs, settings.briefLinkValidity(), clock);
    }

    @Bean
    AgentRecords agentRecords(StateRedis redis, AgentSettings settings) {
        return new RedisAgentRecords(redis, settings.recordLife());
    }

    @Bean
    AgentGate agentGate(AgentKeys keys, BriefLinks links, AgentRecords records) {
        return new AgentGate(keys, links, records);
    }

    @Bean
    ResultUploads resultUploads(BlobStore blobs, AgentSettings settings) {
        return new ResultUploads(blobs, settings);
    }

    @Bean
    AgentBodies agentBodies(JsonBodies bodies, JsonMapper json) {
        return new AgentBodies(bodies, json);
    }
}
