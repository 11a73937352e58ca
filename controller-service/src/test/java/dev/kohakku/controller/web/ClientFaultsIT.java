package dev.kohakku.controller.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;

@ControllerTest
class ClientFaultsIT {

    private static final String TASKS = "/api/v1/tasks";

    @Autowired Environment environment;

    private TestingClient client() {
        return TestingClient.of(environment);
    }

    @Test
    void aFormWithoutABoundaryIsNoDefect() {
        for (var path :
                new String[] {TASKS, "/health/", "/nothing", "/api/v1/dispatchers/d/leave/"}) {
            var answer =
                    client().showing("X-Nothing", "here")
                            .send(
                                    client().showing("X-Nothing", "here")
                                            .request(path, "Content-Type", "multipart/form-data")
                                            .POST(BodyPublishers.ofString("x")));

            assertThat(answer.status()).as(path).isBetween(400, 499);
        }
        var admitted =
                client().send(
                                client().request(TASKS, "Content-Type", "multipart/form-data")
                                        .POST(BodyPublishers.ofString("x")));
        assertThat(admitted.status()).isEqualTo(415);
    }

    @Test
    void aNumberOfTwoThousandDigitsIsRefused() {
        assertThat(
                        client().post(
                                        TASKS,
                                        "{\"name\":\"n\",\"image\":\"b\",\"context\":{\"n\":"
                                                + "1".repeat(2_000)
                                                + "}}")
                                .status())
                .isEqualTo(400);
    }

    @Test
    void aHundredThousandNestedArraysAreRefused() {
        assertThat(
                        client().post(
                                        TASKS,
                                        "{\"context\":"
                                                + "[".repeat(100_000)
                                                + "]".repeat(100_000)
                                                + "}")
                                .problem())
                .isEqualTo("unreadable-body");
    }

    @Test
    void aBodyOfMoreValuesThanMayBeIsRefusedByTheirNumber() {
        var many =
                client().post(
                                TASKS,
                                "{\"context\":{\"a\":["
                                        + "{},".repeat(339_999)
                                        + "{}]},\"name\":\"n\",\"image\":\"b\"}");

        assertThat(many.status()).isEqualTo(400);
        assertThat(many.problem()).isEqualTo("unreadable-body");
        assertThat(many.json().get("detail").asString())
                .contains("exceeds the maximum allowed (200000)")
                .doesNotContain("StreamReadConstraints");
        assertThat(
                        client().post(
                                        TASKS,
                                        "{\"context\":{\"a\":["
                                                + "{},".repeat(90_000)
                                                + "{}]},\"name\":\"n\"}")
                                .problem())
                .isEqualTo("invalid-request");
    }

    @Test
    void anInventoryMayHaveMoreValuesThanAClientsBodyAndHasALimitToo() {
        var path = "/api/v1/dispatchers/nobody/inventory/";
        var container =
                "{\"task_id\":\"0190b0a0-0000-7000-8000-000000000000\",\"attempt\":1,\"container_id\":\"c\"},";
        var largest =
                "{\"instance\":\"i\",\"scopes\":[{\"containers\":["
                        + container.repeat(40_000)
                        + "1]}]}";

        assertThat(client().asDispatcher().post(path, largest).body())
                .doesNotContain("exceeds the maximum");
        assertThat(
                        client().asDispatcher()
                                .post(path, "{\"scopes\":[" + "{},".repeat(600_000) + "{}]}")
                                .status())
                .isEqualTo(400);
    }

    @Test
    void aBadChunkIsRefused() throws IOException {
        assertThat(raw("Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", false))
                .startsWith("HTTP/1.1 400");
    }

    @Test
    void aBodyThatIsCutShortIsRefused() throws IOException {
        assertThat(raw("Content-Length: 100\r\n\r\n{\"name\":", true)).startsWith("HTTP/1.1 400");
    }

    private String raw(String rest, boolean ending) throws IOException {
        var port = Integer.parseInt(environment.getRequiredProperty("local.server.port"));
        try (var socket = new Socket("localhost", port)) {
            var out = socket.getOutputStream();
            out.write(
                    ("POST "
                                    + TASKS
                                    + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token "
                                    + ControllerTest.TOKEN
                                    + "\r\nContent-Type: application/json\r\n"
                                    + rest)
                            .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            if (ending) {
                socket.shutdownOutput();
            }
            socket.setSoTimeout(30_000);
            var head = socket.getInputStream().readNBytes(12);
            return new String(head, StandardCharsets.US_ASCII);
        }
    }
}
