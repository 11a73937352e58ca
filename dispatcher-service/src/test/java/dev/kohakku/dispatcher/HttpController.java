package dev.kohakku.dispatcher;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kohakku.common.wire.AttemptReport;
import dev.kohakku.common.wire.CallbackSignature;
import dev.kohakku.common.wire.CheckIn;
import dev.kohakku.common.wire.CheckedIn;
import dev.kohakku.common.wire.Claim;
import dev.kohakku.common.wire.Heartbeat;
import dev.kohakku.common.wire.HeartbeatAnswer;
import dev.kohakku.common.wire.WireJson;
import dev.kohakku.dispatcher.report.TestingController;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.springframework.web.client.RestClientResponseException;
import tools.jackson.databind.json.JsonMapper;

/** The Controller's HTTP side in front of a {@link TestingController}. */
final class HttpController implements AutoCloseable {

    static final String API_KEY = "test-api-key";
    static final String SIGNING_KEY = "test-signing-key";

    private static final Pattern CLAIM =
            Pattern.compile("/api/v1/tasks/([^/]+)/attempts/(\\d+)/claim/");
    private static final Pattern REPORT =
            Pattern.compile("/api/v1/tasks/([^/]+)/attempts/(\\d+)/reports/");
    private static final Pattern CALLBACK = Pattern.compile("/api/v1/tasks/([^/]+)/callback/");
    private static final Pattern HEARTBEAT =
            Pattern.compile("/api/v1/dispatchers/([^/]+)/heartbeat/");

    private final TestingController tasks;
    private final HttpServer server;
    private final JsonMapper json = WireJson.mapper();
    private final CallbackSignature signature = new CallbackSignature(SIGNING_KEY);
    private final List<CheckIn> checkIns = new CopyOnWriteArrayList<>();
    private final List<Heartbeat> heartbeats = new CopyOnWriteArrayList<>();

    HttpController(TestingController tasks) throws IOException {
        this.tasks = tasks;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<CheckIn> checkIns() {
        return checkIns;
    }

    List<Heartbeat> heartbeats() {
        return heartbeats;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            answer(exchange, 200, respond(exchange, body));
        } catch (RestClientResponseException refused) {
            answer(exchange, refused.getStatusCode().value(), refused.getResponseBodyAsByteArray());
        } catch (RuntimeException failed) {
            answer(exchange, 500, failed.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private byte[] respond(HttpExchange exchange, byte[] body) {
        var path = exchange.getRequestURI().getPath();
        var callback = CALLBACK.matcher(path);
        if (callback.matches()) {
            return callback(exchange, callback.group(1), body);
        }
        if (!API_KEY.equals(exchange.getRequestHeaders().getFirst("X-API-Key"))) {
            throw new IllegalStateException("wrong key");
        }
        var claim = CLAIM.matcher(path);
        if (claim.matches()) {
            return json.writeValueAsBytes(
                    tasks.claim(
                            claim.group(1),
                            Integer.parseInt(claim.group(2)),
                            json.readValue(body, Claim.class)));
        }
        var report = REPORT.matcher(path);
        if (report.matches()) {
            return json.writeValueAsBytes(
                    tasks.report(
                            report.group(1),
                            Integer.parseInt(report.group(2)),
                            json.readValue(body, AttemptReport.class)));
        }
        if (HEARTBEAT.matcher(path).matches()) {
            heartbeats.add(json.readValue(body, Heartbeat.class));
            return json.writeValueAsBytes(
                    new HeartbeatAnswer(List.of(), List.of(), List.of(), false));
        }
        checkIns.add(json.readValue(body, CheckIn.class));
        return json.writeValueAsBytes(
                new CheckedIn(Duration.ofMillis(300), Duration.ofSeconds(15), List.of(), false));
    }

    private byte[] callback(HttpExchange exchange, String task, byte[] body) {
        var headers = exchange.getRequestHeaders();
        var timestamp = Optional.ofNullable(headers.getFirst(CallbackSignature.TIMESTAMP_HEADER));
        if (!signature.matches(
                headers.getFirst(CallbackSignature.HEADER), timestamp.orElseThrow(), task, body)) {
            throw new IllegalStateException("wrong signature");
        }
        tasks.callback(
                task,
                headers.getFirst("Authorization"),
                timestamp.orElseThrow(),
                headers.getFirst(CallbackSignature.HEADER),
                body);
        return new byte[0];
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders()
                .set(
                        "Content-Type",
                        status < 400 ? "application/json" : "application/problem+json");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
