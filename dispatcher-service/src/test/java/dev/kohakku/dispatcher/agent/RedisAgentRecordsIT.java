package dev.kohakku.dispatcher.agent;

import dev.kohakku.common.queue.redis.RedisConnections;
import dev.kohakku.common.queue.redis.RedisEndpoints;
import dev.kohakku.common.queue.redis.StateRedis;
import dev.kohakku.standalone.engine.TestEngines;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

class RedisAgentRecordsIT extends AgentRecordsContract {

    private final RedisConnections connections =
            new RedisConnections(RedisEndpoints.at(TestEngines.redis().url()));
    private final AgentRecords records =
            new RedisAgentRecords(new StateRedis(connections), Duration.ofMinutes(5));

    @AfterEach
    void disconnect() {
        connections.close();
    }

    @Override
    AgentRecords records() {
        return records;
    }
}
