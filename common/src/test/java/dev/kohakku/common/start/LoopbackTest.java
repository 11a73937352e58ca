package dev.kohakku.common.start;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopbackTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:5432",
                "minio.localhost",
                "127.0.0.1",
                "127.1.2.3:80",
                "::1",
                "0:0:0:0:0:0:0:1",
                "[::1]:8000",
                "http://localhost:9000",
                "http://user:pass@127.0.0.1:9000/x",
                "jdbc:postgresql://localhost:5432/kohakku?a=b@c",
                "jdbc:postgresql:///kohakku",
                "jdbc:postgresql:kohakku"
            })
    void isThisMachine(String address) {
        assertThat(Loopback.isHostOf(address)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "::",
                "10.0.0.1",
                "::2",
                "db",
                "localhost.example.com",
                "127.0.0.1.example.com",
                "host.docker.internal",
                "http://minio:9000",
                "http://localhost@minio:9000",
                "jdbc:postgresql://db:5432/kohakku?host=localhost",
                "[fe80::1]:8000"
            })
    void mayBeReachedFromElsewhere(String address) {
        assertThat(Loopback.isHostOf(address)).isFalse();
    }
}
