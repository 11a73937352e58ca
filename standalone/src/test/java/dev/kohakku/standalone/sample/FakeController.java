package dev.kohakku.standalone.sample;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** Answers what the public API would about one task that ends in a given state. */
final class FakeController implements AutoCloseable {

    static final String TOKEN = "the-token";

    private final HttpServer server;
    private volatile int submitStatus = 201;
    private volatile String submitted = "";
    private volatile String end;

    FakeController(String end) throws IOException {
        this.end = end;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/tasks", this::answer);
        server.start();
    }

    void refuseWith(int status) {
        submitStatus = status;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The body of the last {@code POST}. */
    String submitted() {
        return submitted;
    }

    private void answer(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        if (!("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            send(exchange, 401, "{}");
        } else if (exchange.getRequestMethod().equals("POST")) {
            submitted =
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            send(exchange, submitStatus, "{\"id\": \"t-1\", \"title\": \"refused or accepted\"}");
        } else if (path.endsWith("/events")) {
            send(
                    exchange,
                    200,
                    "{\"items\": [{\"type\": \"progress\", \"message\": \"half way\"}, {\"type\": \"state\", \"to_state\": \"%s\"}]}"
                            .formatted(end));
        } else if (path.endsWith("/logs")) {
            send(
                    exchange,
                    200,
                    "id: 1-1-0\ndata: {\"number\": 1, \"text\": \"a line\"}\n\nevent: end\ndata: {}\n\n");
        } else {
            send(
                    exchange,
                    200,
                    "{\"state\": \"%s\", \"exit_code\": 0, \"result_metadata\": {\"answer\": 42}}"
                            .formatted(end));
        }
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
