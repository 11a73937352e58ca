package dev.kohakku.dispatcher.backend.ecs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The HTTP APIs of ECS and CloudWatch Logs (AWS JSON 1.1), with the published quotas, a new task
 * that is not to be seen for a moment, and faults that a test asks for.
 *
 * @see ApiBucket
 */
final class TestingEcs implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Map<String, List<ApiBucket>> BUCKETS =
            Map.of(
                    "DescribeClusters", List.of(ApiBucket.CLUSTER_READ),
                    "DescribeTaskDefinition", List.of(ApiBucket.DEFINITION_READ),
                    "RegisterTaskDefinition", List.of(ApiBucket.DEFINITION_MODIFY),
                    "RunTask", List.of(ApiBucket.TASK_MODIFY, ApiBucket.FARGATE_LAUNCH),
                    "StopTask", List.of(ApiBucket.TASK_MODIFY),
                    "DescribeTasks", List.of(ApiBucket.TASK_READ),
                    "ListTasks", List.of(ApiBucket.TASK_READ),
                    "TagResource", List.of(ApiBucket.TAG_MODIFY),
                    "GetLogEvents", List.of(ApiBucket.LOG_READ));

    private final HttpServer server;
    private final TestingAccount account = new TestingAccount();
    private final TestingCluster cluster = new TestingCluster();
    private final Map<ApiBucket, TestingBucket> buckets = new EnumMap<>(ApiBucket.class);
    private final Map<String, Deque<Fault>> faults = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> calls = new ConcurrentHashMap<>();
    private final Map<String, JsonNode> lastBodies = new ConcurrentHashMap<>();
    private final AtomicLong throttled = new AtomicLong();

    /**
     * What goes wrong with a call.
     *
     * @param status of the answer; 0 for none, the connection is cut
     * @param code the error's
     * @param message the error's
     * @param isDone whether the call has its effect first
     * @param delay before anything of this
     */
    record Fault(int status, String code, String message, boolean isDone, Duration delay) {

        static Fault lostReply() {
            return new Fault(0, "", "", true, Duration.ZERO);
        }

        static Fault lostRequest() {
            return new Fault(0, "", "", false, Duration.ZERO);
        }

        static Fault error(int status, String code, String message) {
            return new Fault(status, code, message, false, Duration.ZERO);
        }

        /** The same answer, though what was asked for is done: by this call, or by another's. */
        Fault thoughDone() {
            return new Fault(status, code, message, true, delay);
        }

        /** The same, late. */
        Fault after(Duration time) {
            return new Fault(status, code, message, isDone, time);
        }
    }

    /**
     * @param quotaFactor the account's quotas as a multiple of the published ones
     */
    TestingEcs(double quotaFactor) {
        for (var bucket : ApiBucket.values()) {
            buckets.put(bucket, new TestingBucket(bucket, quotaFactor));
        }
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    TestingAccount account() {
        return account;
    }

    TestingCluster cluster() {
        return cluster;
    }

    /** The next calls of this action go wrong so, one after another. */
    void fail(String action, Fault... next) {
        faults.computeIfAbsent(action, _ -> new ArrayDeque<>()).addAll(List.of(next));
    }

    /** How often an action was called, throttled calls included. */
    long calls(String action) {
        return calls.getOrDefault(action, new AtomicLong()).get();
    }

    /** What was asked last of an action. */
    JsonNode lastBody(String action) {
        return lastBodies.get(action);
    }

    /** How many calls the quotas have not let through. */
    long throttled() {
        return throttled.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (exchange.getRequestHeaders().getFirst("X-Amz-Target") == null) {
                account.answer(exchange);
                return;
            }
            var target = String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
            var action = target.substring(target.lastIndexOf('.') + 1);
            var body = exchange.getRequestBody().readAllBytes();
            calls.computeIfAbsent(action, _ -> new AtomicLong()).incrementAndGet();
            lastBodies.put(action, JSON.readTree(body));
            var fault = nextFault(action);
            if (fault != null) {
                pause(fault.delay());
                if (fault.isDone()) {
                    cluster.call(action, JSON.readTree(body));
                }
                if (fault.status() > 0) {
                    refuse(exchange, fault.status(), fault.code(), fault.message(), Map.of());
                }
                return;
            }
            if (!isWithinQuota(action)) {
                throttled.incrementAndGet();
                refuse(exchange, 400, "ThrottlingException", "Rate exceeded", Map.of());
                return;
            }
            try {
                send(exchange, 200, cluster.call(action, JSON.readTree(body)));
            } catch (TestingCluster.Refused refused) {
                refuse(exchange, 400, refused.code, refused.getMessage(), refused.more);
            }
        }
    }

    private static void pause(Duration time) throws IOException {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the fake is closed");
        }
    }

    private Fault nextFault(String action) {
        var waiting = faults.get(action);
        if (waiting == null) {
            return null;
        }
        synchronized (waiting) {
            return waiting.poll();
        }
    }

    private boolean isWithinQuota(String action) {
        var quotas = BUCKETS.getOrDefault(action, List.of());
        return quotas.stream().allMatch(bucket -> buckets.get(bucket).take());
    }

    private static void refuse(
            HttpExchange exchange,
            int status,
            String code,
            String message,
            Map<String, Object> more)
            throws IOException {
        var body = new LinkedHashMap<String, Object>(more);
        body.put("__type", "com.amazonaws.ecs#" + code);
        body.put("message", message);
        send(exchange, status, body);
    }

    private static void send(HttpExchange exchange, int status, Object body) throws IOException {
        var bytes = JSON.writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
