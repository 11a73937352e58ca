package dev.kohakku.controller.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.test.context.TestPropertySource;

@ControllerTest
@TestPropertySource(
        properties = {
            "kohakku.http.header-timeout=300ms",
            "kohakku.http.body-timeout=300ms",
            "kohakku.http.body-rate=1MB",
            "server.tomcat.connection-timeout=2s"
        })
class SlowRequestsIT {

    private static final String BODY = "Content-Length: 500000\r\n\r\n";

    @Autowired Environment environment;

    @Test
    void aBodyThatComesByteByByteIs408AndItsConnectionEnds() throws IOException {
        try (var slow = new RawConnection(environment)) {
            var answer =
                    slow.send(RawConnection.head("POST /api/v1/tasks", BODY) + "{").trickle(' ');

            assertThat(answer)
                    .startsWith("HTTP/1.1 408")
                    .contains("application/problem+json", "kohakku.http.body-timeout")
                    .containsIgnoringCase("Connection: close");
        }
    }

    @Test
    void aBodyThatNobodyWantsHoldsItsConnectionNoLonger() throws IOException {
        try (var slow = new RawConnection(environment)) {
            var answer = slow.send(RawConnection.head("POST /nowhere", BODY)).trickle(' ');

            assertThat(answer).startsWith("HTTP/1.1 404");
        }
    }

    @Test
    void headersThatComeByteByByteAre408AndTheirConnectionEnds() throws IOException {
        try (var slow = new RawConnection(environment)) {
            var answer = slow.send("GET /health/ HTTP/1.1\r\nX-Slow: ").trickle('x');

            assertThat(answer)
                    .startsWith("HTTP/1.1 408")
                    .contains("application/problem+json", "kohakku.http.header-timeout");
        }
    }

    @Test
    void headersOfALaterRequestOfAConnectionHaveTheirDeadlineToo() throws IOException {
        try (var slow = new RawConnection(environment)) {
            var answers =
                    slow.send("GET /health/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .send("GET /health/ HTTP/1.1\r\nX-Slow: ")
                            .rest();

            assertThat(answers).startsWith("HTTP/1.1 200").contains("HTTP/1.1 408");
        }
    }

    @Test
    void aConnectionThatWaitsBetweenRequestsIsLeftAlone() {
        var client = TestingClient.of(environment);
        assertThat(client.get("/health/").status()).isEqualTo(200);
        try (var slow = new RawConnection(environment)) {
            slow.send("GET / HTTP/1.1\r\nX-Slow: ").rest();
        } catch (IOException reset) {
            // why nothing: by now a deadline has passed, and that is all that is wanted.
        }
        assertThat(client.get("/health/").status()).isEqualTo(200);
    }
}
