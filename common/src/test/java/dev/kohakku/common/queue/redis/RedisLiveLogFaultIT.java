package dev.kohakku.common.queue.redis;

import static dev.kohakku.common.log.TestingLines.out;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.log.LiveLogUnavailableException;
import dev.kohakku.common.log.LogPosition;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.standalone.engine.EmbeddedRedis;
import io.lettuce.core.RedisClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Redis of its own goes away and comes back, with and without what it knew. */
class RedisLiveLogFaultIT {

    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Epoch FIRST = new Epoch(1);
    private static final LogPosition START = LogPosition.startOf(1);

    @TempDir Path data;

    private final AttemptId attempt = TestingIds.newAttempt();

    @Test
    void linesAndStateGoOnWhenTheServerIsBack() {
        var redis = EmbeddedRedis.start(data, 0);
        try (var connections = new RedisConnections(RedisEndpoints.at(redis.url()))) {
            var log = new RedisLiveLog(connections);
            var state = new StateRedis(connections);
            log.append(attempt, FIRST, List.of(out(1)));
            state.set("key", "kept", MINUTE);

            redis.close();
            assertThatThrownBy(() -> log.append(attempt, FIRST, List.of(out(2))))
                    .isInstanceOf(LiveLogUnavailableException.class);
            assertThatThrownBy(() -> state.get("key"))
                    .isInstanceOf(RedisUnavailableException.class);
            redis = EmbeddedRedis.start(data, redis.port());

            await().atMost(PATIENT)
                    .ignoreException(LiveLogUnavailableException.class)
                    .until(() -> log.append(attempt, FIRST, List.of(out(1), out(2))));
            assertThat(log.after(attempt, START, 10)).containsExactly(out(1), out(2));
            assertThat(state.get("key")).contains("kept");
        } finally {
            redis.close();
        }
    }

    @Test
    void anEmptiedServerIsFilledFromWhereTheWriterStands() {
        var redis = EmbeddedRedis.start(data, 0);
        try (var connections = new RedisConnections(RedisEndpoints.at(redis.url()));
                var client = RedisClient.create(redis.url())) {
            var log = new RedisLiveLog(connections);
            log.append(attempt, FIRST, List.of(out(1), out(2)));

            client.connect().sync().flushall();

            assertThat(log.append(attempt, FIRST, List.of(out(3)))).isTrue();
            assertThat(log.after(attempt, START, 10)).containsExactly(out(3));
        } finally {
            redis.close();
        }
    }
}
