package dev.kohakku.standalone.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRedisTest {

    @Test
    void anAnsweredWriteSurvivesAKill(@TempDir Path home) throws Exception {
        var data = home.resolve("re dis");
        try (var redis = EmbeddedRedis.start(data, 0)) {
            assertThat(send(redis, "XADD tasks 1-1 task one")).isEqualTo("$3");
            ProcessHandle.of(redis.pid()).orElseThrow().destroyForcibly();
        }

        try (var redis = EmbeddedRedis.start(data, 0)) {
            assertThat(send(redis, "XLEN tasks")).isEqualTo(":1");
        }
    }

    @Test
    void aPortInUseIsSaidWithItsNumber(@TempDir Path home) {
        int used = TestEngines.redis().port();

        assertThatThrownBy(() -> EmbeddedRedis.start(home, used))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("port " + used);
    }

    private static String send(EmbeddedRedis redis, String command) throws IOException {
        try (var socket = new Socket(redis.host(), redis.port())) {
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }
}
