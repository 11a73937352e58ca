package dev.kohakku.common.queue.redis;

import static dev.kohakku.common.log.TestingLines.line;
import static dev.kohakku.common.log.TestingLines.out;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kohakku.common.log.LiveLog;
import dev.kohakku.common.log.LiveLogContract;
import dev.kohakku.common.log.LiveLogUnavailableException;
import dev.kohakku.common.log.LogLine;
import dev.kohakku.common.log.LogPosition;
import dev.kohakku.common.log.LogStream;
import dev.kohakku.standalone.engine.TestEngines;
import io.lettuce.core.RedisClient;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RedisLiveLogIT extends LiveLogContract {

    private static RedisConnections connections;
    private static RedisLiveLog log;

    @BeforeAll
    static void connect() {
        connections = new RedisConnections(RedisEndpoints.at(TestEngines.redis().url()));
        log = new RedisLiveLog(connections);
    }

    @AfterAll
    static void close() {
        connections.close();
    }

    @Override
    protected LiveLog log() {
        return log;
    }

    @Test
    void everyKeyOfAnAttemptEndsByItself() {
        log.append(attempt, FIRST, List.of(out(1)));
        try (var client = RedisClient.create(TestEngines.redis().url())) {
            var redis = client.connect().sync();
            var keys = redis.keys("kohakku:log:{" + attempt + "}*");
            assertThat(keys).hasSize(2);
            assertThat(keys).allSatisfy(key -> assertThat(redis.ttl(key)).isBetween(1L, 86_400L));

            log.expire(attempt);

            assertThat(keys).allSatisfy(key -> assertThat(redis.ttl(key)).isBetween(1L, 600L));
        }
    }

    @Test
    void linesNobodyArchivesDoNotFillRedis() {
        var text = "x".repeat(LogLine.LONGEST);
        var written = 0;
        for (; written < 2400; written += 200) {
            var first = written + 1;
            log.append(
                    attempt,
                    FIRST,
                    IntStream.range(first, first + 200)
                            .mapToObj(number -> line(LogStream.STDOUT, number, text))
                            .toList());
        }

        var last = log.after(attempt, new LogPosition(1, written - 100L, 0), 1000);

        assertThat(last).hasSize(100);
        try (var client = RedisClient.create(TestEngines.redis().url())) {
            var redis = client.connect().sync();
            assertThat(redis.memoryUsage("kohakku:log:{" + attempt + "}:stdout"))
                    .isLessThan(2L * RedisLiveLog.MOST_BYTES);
            redis.del("kohakku:log:{" + attempt + "}:stdout");
        }
    }

    @Test
    void aServerThatIsAwayIsSaidToBeUnavailable() {
        try (var away = new RedisConnections(RedisEndpoints.at("redis://127.0.0.1:1"))) {
            var lost = new RedisLiveLog(away);
            assertThatThrownBy(() -> lost.append(attempt, FIRST, List.of(out(1))))
                    .isInstanceOf(LiveLogUnavailableException.class)
                    .hasMessageContaining("refused");
            assertThatThrownBy(() -> lost.after(attempt, LogPosition.startOf(1), 1))
                    .isInstanceOf(LiveLogUnavailableException.class);
        }
    }
}
