package dev.kohakku.workflow.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kohakku.common.wire.WireJson;
import dev.kohakku.workflow.task.ControllerProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * As much of the Controller's task API as workflows use: tasks by idempotency key, which live until
 * a test ends them.
 */
public final class FakeController implements AutoCloseable {

    private static final JsonMapper JSON = WireJson.mapper();

    private final HttpServer server;
    private final Map<String, String> idsByKey = new ConcurrentHashMap<>();
    private final Map<String, Map<String, Object>> tasks = new ConcurrentHashMap<>();
    private final LinkedBlockingQueue<Answer> scripted = new LinkedBlockingQueue<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    /** Starts on a free port. */
    public FakeController() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/api/v1/tasks", this::handle);
        server.start();
    }

    /** What a worker needs to reach it. */
    public ControllerProperties properties() {
        return new ControllerProperties(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"),
                "the-token",
                Duration.ofSeconds(2),
                Duration.ofSeconds(5));
    }

    /** The next request gets this answer instead. */
    public void answerNext(int status, String contentType, String body) {
        scripted.add(new Answer(status, contentType, body));
    }

    /** Ends a task: members of its representation. */
    public void end(String task, Map<String, Object> members) {
        tasks.get(task).putAll(members);
    }

    /** What was asked, in order. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** Those of them with this method and path. */
    public List<Request> requests(String method, String path) {
        return requests.stream()
                .filter(request -> request.method().equals(method) && request.path().equals(path))
                .toList();
    }

    /** The ids of all tasks. */
    public List<String> tasks() {
        return List.copyOf(tasks.keySet());
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var request =
                    new Request(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI().getPath(),
                            exchange.getRequestHeaders().getFirst("Idempotency-Key"),
                            exchange.getRequestHeaders().getFirst("Authorization"),
                            JSON.readTree(exchange.getRequestBody().readAllBytes()));
            requests.add(request);
            var scriptedAnswer = scripted.poll();
            var answer = scriptedAnswer == null ? answerTo(request) : scriptedAnswer;
            var body = answer.body().getBytes(java.nio.charset.StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.contentType());
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Answer answerTo(Request request) {
        var steps = request.path().split("/", -1);
        if (request.method().equals("POST") && steps.length == 4) {
            var id =
                    idsByKey.computeIfAbsent(
                            request.idempotencyKey(), _ -> "task-" + (idsByKey.size() + 1));
            tasks.computeIfAbsent(
                    id, _ -> new LinkedHashMap<>(Map.of("id", id, "state", "PENDING")));
            return answer(201, tasks.get(id));
        }
        var task = tasks.get(steps[4]);
        if (task == null) {
            return problem(404, "There is no task '" + steps[4] + "'.");
        }
        if (steps.length == 6) {
            if (task.get("state").equals("COMPLETED")) {
                return problem(409, "The task has ended.");
            }
            task.put("state", "CANCELLED");
            return answer(202, task);
        }
        return answer(200, task);
    }

    private static Answer answer(int status, Object body) {
        return new Answer(status, "application/json", JSON.writeValueAsString(body));
    }

    private static Answer problem(int status, String detail) {
        return new Answer(
                status,
                "application/problem+json",
                JSON.writeValueAsString(Map.of("title", "No", "detail", detail)));
    }

    @Override
    public void close() {
        server.stop(0);
    }

    /** What came in. */
    public record Request(
            String method,
            String path,
            String idempotencyKey,
            String authorization,
            JsonNode body) {}

    private record Answer(int status, String contentType, String body) {}
}
