package dev.kohakku.common.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kohakku.common.log.LiveLogUnavailableException;
import dev.kohakku.common.log.LogPosition;
import dev.kohakku.common.queue.QueueUnavailableException;
import dev.kohakku.common.queue.QueuedAttempt;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.standalone.engine.EmbeddedRedis;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections die without a word: one call fails, the next has a new connection. */
@Timeout(60)
class SilentPathFaultIT {

    @TempDir Path data;

    private EmbeddedRedis redis;
    private TestingSilentPath path;
    private RedisConnections connections;

    @BeforeEach
    void start() throws Exception {
        redis = EmbeddedRedis.start(data, 0);
        path = new TestingSilentPath(redis.port());
        connections = new RedisConnections(RedisEndpoints.at(path.url().toString()));
    }

    @AfterEach
    void stop() throws Exception {
        connections.close();
        path.close();
        redis.close();
    }

    @Test
    void theQueueGoesOnAtTheNextCall() {
        try (var queue = new RedisStreamQueue(connections, "tasks", "dispatchers", "one")) {
            queue.enqueue(newEntry());
            path.silence();
            assertThatThrownBy(() -> queue.enqueue(newEntry()))
                    .isInstanceOf(QueueUnavailableException.class)
                    .hasMessageContaining("no answer");
            queue.enqueue(newEntry());
            assertThat(queue.depth()).isEqualTo(2);
        }
    }

    @Test
    void agentStateGoesOnAtTheNextCall() {
        var state = new StateRedis(connections);
        state.set("key", "kept", Duration.ofMinutes(1));
        path.silence();
        assertThatThrownBy(() -> state.get("key")).isInstanceOf(RedisUnavailableException.class);
        assertThat(state.get("key")).contains("kept");
    }

    @Test
    void theLiveLogGoesOnAtTheNextCall() {
        var log = new RedisLiveLog(connections);
        var attempt = TestingIds.newAttempt();
        assertThat(log.after(attempt, LogPosition.startOf(1), 10)).isEmpty();
        path.silence();
        assertThatThrownBy(() -> log.after(attempt, LogPosition.startOf(1), 10))
                .isInstanceOf(LiveLogUnavailableException.class);
        assertThat(log.after(attempt, LogPosition.startOf(1), 10)).isEmpty();
    }

    private static List<QueuedAttempt> newEntry() {
        return List.of(new QueuedAttempt(TestingIds.newAttempt(), null));
    }
}
