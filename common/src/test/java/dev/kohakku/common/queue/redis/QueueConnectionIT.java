package dev.kohakku.common.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kohakku.standalone.engine.TestEngines;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Callers who are interrupted while there is no connection yet. */
class QueueConnectionIT {

    private final RedisConnections connections =
            new RedisConnections(RedisEndpoints.at(TestEngines.redis().url()));
    private final QueueConnection connection = connections.newQueueConnection();

    @AfterEach
    void close() {
        var _ = Thread.interrupted();
        connection.close();
        connections.close();
    }

    @Test
    void aCallIsAnsweredAndTheInterruptStays() {
        Thread.currentThread().interrupt();

        assertThat(connection.<String>call("PING", commands -> commands.ping())).isEqualTo("PONG");

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aBlockingCallEndsAsInterrupted() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() ->
                        connection.callBlocking(
                                "BLPOP",
                                Duration.ofSeconds(1),
                                commands -> commands.blpop(1, "nothing")))
                .isInstanceOf(InterruptedException.class);
    }
}
