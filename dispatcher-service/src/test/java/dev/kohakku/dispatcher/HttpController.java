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
import dev.kohakku.common.wire.Inventory;
import dev.kohakku.common.wire.InventoryAnswer;
import dev.kohakku.common.wire.Leave;
import dev.kohakku.common.wire.WireJson;
import dev.kohakku.dispatcher.report.TestingController;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
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
    private static final Pattern INVENTORY =
            Pattern.compile("/api/v1/dispatchers/([^/]+)/inventory/");
    private static final Pattern LEAVE = Pattern.compile("/api/v1/dispatchers/([^/]+)/leave/");

    private final TestingController tasks;
    private final HttpServer server;
    private final JsonMapper json = WireJson.mapper();
    private final CallbackSignature signature = new CallbackSignature(SIGNING_KEY);
    private final List<CheckIn> checkIns = new CopyOnWriteArrayList<>();
    private final List<Heartbeat> heartbeats = new CopyOnWriteArrayList<>();
    private final List<Leave> leaves = new CopyOnWriteArrayList<>();
    private final List<Inventory> inventories = new CopyOnWriteArrayList<>();
    private final List<String> paths = new CopyOnWriteArrayList<>();
    private final List<String> traces = new CopyOnWriteArrayList<>();
    private volatile boolean cordoned;
    private volatile Duration heartbeatEvery = Duration.ofMillis(300);
    private volatile boolean hangsAtLeave;

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

    /** The ids of the traces that calls belonged to. */
    List<String> traces() {
        return traces;
    }

    List<CheckIn> checkIns() {
        return checkIns;
    }

    List<Heartbeat> heartbeats() {
        return heartbeats;
    }

    List<Leave> leaves() {
        return leaves;
    }

    List<Inventory> inventories() {
        return inventories;
    }

    /** Of all calls so far, in order. */
    List<String> paths() {
        return paths;
    }

    /** What answers say to dispatchers from now on. */
    void cordon(boolean isCordoned) {
        cordoned = isCordoned;
    }

    /** What the next check-ins are told. */
    void heartbeatEvery(Duration interval) {
        heartbeatEvery = interval;
    }

    /** A farewell gets no answer. */
    void hangAtLeave() {
        hangsAtLeave = true;
    }

    private void handle(HttpExchange exchange) throws IOException {
        var trace = exchange.getRequestHeaders().getFirst("traceparent");
        if (trace != null) {
            traces.add(trace.substring(3, 35));
        }
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
        paths.add(path);
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
        return json.writeValueAsBytes(registered(path, body));
    }

    private Object registered(String path, byte[] body) {
        if (HEARTBEAT.matcher(path).matches()) {
            heartbeats.add(json.readValue(body, Heartbeat.class));
            return new HeartbeatAnswer(List.of(), List.of(), List.of(), cordoned, List.of());
        }
        if (INVENTORY.matcher(path).matches()) {
            inventories.add(json.readValue(body, Inventory.class));
            return new InventoryAnswer(List.of());
        }
        if (LEAVE.matcher(path).matches()) {
            leaves.add(json.readValue(body, Leave.class));
            while (hangsAtLeave) {
                LockSupport.park();
            }
            return Map.of();
        }
        checkIns.add(json.readValue(body, CheckIn.class));
        return new CheckedIn(heartbeatEvery, Duration.ofSeconds(15), List.of(), cordoned);
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
