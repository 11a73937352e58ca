package dev.kohakku.dispatcher.backend.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A fake of a Kubernetes API server with a scripted kubelet: namespaces, Pods, their logs and
 * Secrets, with lists in pages, watches with bookmarks, JSON Patch and finalizers. Faults are set
 * by the test. Not a real API server: it checks no schema and knows no admission.
 */
final class TestingKubernetes implements AutoCloseable {

    private static final Pattern PATH =
            Pattern.compile("/api/v1/namespaces/([^/]+)(?:/(pods|secrets)(?:/([^/]+)(/log)?)?)?");

    private final TestingObjects objects = new TestingObjects();
    private final TestingKubelet kubelet = new TestingKubelet(objects);
    private final Set<String> namespaces = ConcurrentHashMap.newKeySet();
    private final Set<String> verbs = new ConcurrentSkipListSet<>();
    private final ConcurrentLinkedQueue<Predicate<String>> lostReplies =
            new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Refusal> refusals = new ConcurrentLinkedQueue<>();
    private final Set<String> rights = new ConcurrentSkipListSet<>(KubernetesHealth.RIGHTS);
    private final HttpServer server;
    private volatile boolean tellsNotAllRights;
    private volatile boolean silent;
    private volatile boolean logsForgotten;
    private volatile int failWith;
    private final AtomicBoolean stallsLog = new AtomicBoolean();
    private final AtomicInteger cutAfter = new AtomicInteger(Integer.MIN_VALUE);

    TestingKubernetes() {
        namespaces.addAll(List.of("default", "kube-system", "other"));
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    TestingObjects objects() {
        return objects;
    }

    TestingKubelet kubelet() {
        return kubelet;
    }

    /** Every verb and resource that was asked for: {@code get pods}. */
    Set<String> verbs() {
        return verbs;
    }

    void addNamespace(String name) {
        namespaces.add(name);
    }

    /** Says that the asker has not this right. */
    void takeRight(String right) {
        rights.remove(right);
    }

    void giveRight(String right) {
        rights.add(right);
    }

    /** Says that there may be other rights than it knows of: others grant some too. */
    void tellNotAllRights() {
        tellsNotAllRights = true;
    }

    /** Watches say nothing any more, and do not end. */
    void silence(boolean isSilent) {
        silent = isSilent;
    }

    /** Every request fails with this code; 0 for none. */
    void failWith(int code) {
        failWith = code;
    }

    /** The next request like this is done, and its reply is lost. */
    void loseReply(Predicate<String> request) {
        lostReplies.add(request);
    }

    /** Every request like this is answered with this code, and nothing is done. */
    void refuse(Predicate<String> request, int code, String words) {
        refusals.add(new Refusal(request, new TestingRefusal(code, "Refused", words)));
    }

    private record Refusal(Predicate<String> request, TestingRefusal answer) {}

    /** Followed logs break off, the first after seven lines, each after seven more. */
    void cutLogs() {
        cutAfter.set(0);
    }

    /** Followed logs are left open when there is nothing more to come. */
    void forgetLogs() {
        logsForgotten = true;
    }

    /** The next log that is not followed says nothing after its first line, and does not end. */
    void stallLog() {
        stallsLog.set(true);
    }

    boolean stallsLog() {
        return stallsLog.getAndSet(false);
    }

    boolean forgetsLogs() {
        return logsForgotten;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var request = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
            try {
                if (failWith != 0) {
                    throw new TestingRefusal(failWith, "InternalError", "told to fail");
                }
                for (var refusal : refusals) {
                    if (refusal.request().test(request)) {
                        throw refusal.answer();
                    }
                }
                route(exchange, request);
            } catch (TestingRefusal refused) {
                send(exchange, refused.code(), status(refused), request);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void route(HttpExchange exchange, String request)
            throws IOException, InterruptedException {
        if (request.equals("POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews")) {
            send(exchange, 201, rights(), request);
            return;
        }
        var path = PATH.matcher(exchange.getRequestURI().getPath());
        if (!path.matches()) {
            throw new TestingRefusal(404, "NotFound", "no such path: " + request);
        }
        var query = query(exchange);
        var namespace = path.group(1);
        if (path.group(2) == null) {
            verbs.add("get namespaces");
            send(exchange, 200, namespace(namespace), request);
            return;
        }
        var kind = path.group(2);
        var name = path.group(3);
        if (path.group(4) != null) {
            verbs.add("get pods/log");
            new TestingLog(this, exchange, query)
                    .send(
                            objects.mustGet(TestingObjects.key(kind, namespace, name)),
                            cutAfter.addAndGet(7));
        } else if (name == null) {
            collection(exchange, request, kind, namespace, query);
        } else {
            one(exchange, request, kind, TestingObjects.key(kind, namespace, name));
        }
    }

    private void collection(
            HttpExchange exchange,
            String request,
            String kind,
            String namespace,
            Map<String, String> query)
            throws IOException, InterruptedException {
        if (exchange.getRequestMethod().equals("POST")) {
            verbs.add("create " + kind);
            if (!namespaces.contains(namespace)) {
                throw new TestingRefusal(
                        404, "NotFound", "namespaces \"" + namespace + "\" not found");
            }
            var made = objects.create(kind, namespace, (ObjectNode) body(exchange));
            send(exchange, 201, made, request);
        } else if (query.containsKey("watch")) {
            verbs.add("watch " + kind);
            watch(exchange, namespace, query);
        } else {
            verbs.add("list " + kind);
            send(exchange, 200, page(kind, namespace, query), request);
        }
    }

    private void one(HttpExchange exchange, String request, String kind, String key)
            throws IOException {
        switch (exchange.getRequestMethod()) {
            case "GET" -> {
                verbs.add("get " + kind);
                send(exchange, 200, objects.mustGet(key), request);
            }
            case "PATCH" -> {
                verbs.add("patch " + kind);
                var patched = objects.patch(key, body(exchange));
                kubelet.saw(patched);
                send(exchange, 200, patched, request);
            }
            case "DELETE" -> {
                verbs.add("delete " + kind);
                send(exchange, 200, objects.delete(key, body(exchange)), request);
            }
            default -> throw new TestingRefusal(405, "MethodNotAllowed", request);
        }
    }

    /** What the asker may do; complete or not. */
    private JsonNode rights() {
        var review =
                TestingObjects.object()
                        .put("apiVersion", "authorization.k8s.io/v1")
                        .put("kind", "SelfSubjectRulesReview");
        var status = review.putObject("status").put("incomplete", tellsNotAllRights);
        var rules = status.putArray("resourceRules");
        for (var right : rights) {
            var rule = rules.addObject();
            rule.putArray("apiGroups").add("");
            rule.putArray("verbs").add(right.split(" ", 2)[0]);
            rule.putArray("resources").add(right.split(" ", 2)[1]);
        }
        return review;
    }

    private JsonNode namespace(String name) {
        if (!namespaces.contains(name)) {
            throw new TestingRefusal(404, "NotFound", "namespaces \"" + name + "\" not found");
        }
        var namespace = TestingObjects.object().put("apiVersion", "v1").put("kind", "Namespace");
        namespace.putObject("metadata").put("name", name).put("uid", "uid-of-" + name);
        return namespace;
    }

    private JsonNode page(String kind, String namespace, Map<String, String> query) {
        var all = objects.list(kind + "/" + namespace + "/", selector(query));
        var token = query.getOrDefault("continue", objects.version() + ":0").split(":", 2);
        objects.mustNotBeCompacted(Long.parseLong(token[0]));
        int from = Integer.parseInt(token[1]);
        int limit = Integer.parseInt(query.getOrDefault("limit", "" + Integer.MAX_VALUE));
        int to = (int) Math.min(all.size(), (long) from + limit);
        var list = TestingObjects.object().put("apiVersion", "v1").put("kind", "PodList");
        var meta = list.putObject("metadata").put("resourceVersion", "" + objects.version());
        if (to < all.size()) {
            meta.put("continue", token[0] + ":" + to);
        }
        list.putArray("items").addAll(all.subList(from, to));
        return list;
    }

    private static Predicate<JsonNode> selector(Map<String, String> query) {
        var wanted = query.getOrDefault("labelSelector", "");
        return object ->
                wanted.isEmpty()
                        || Arrays.stream(wanted.split(",", -1))
                                .map(each -> each.split("=", 2))
                                .allMatch(pair ->
                                        object.at("/metadata/labels")
                                                .path(pair[0])
                                                .asString("")
                                                .equals(pair[1]));
    }

    private void watch(HttpExchange exchange, String namespace, Map<String, String> query)
            throws IOException, InterruptedException {
        long from = Long.parseLong(query.getOrDefault("resourceVersion", "0"));
        var wanted = selector(query);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        long lastBookmark = System.nanoTime();
        while (true) {
            try {
                for (var event : objects.after(from)) {
                    from = event.version();
                    var isWanted =
                            event.object().at("/metadata/namespace").asString().equals(namespace)
                                    && wanted.test(event.object());
                    if (isWanted && !silent) {
                        line(exchange, event.type(), event.object());
                    }
                }
            } catch (TestingRefusal tooOld) {
                line(exchange, "ERROR", status(tooOld));
                return;
            }
            if (!silent && System.nanoTime() - lastBookmark > TimeUnit.MILLISECONDS.toNanos(100)) {
                lastBookmark = System.nanoTime();
                var mark = TestingObjects.object().put("apiVersion", "v1").put("kind", "Pod");
                mark.putObject("metadata").put("resourceVersion", "" + from);
                line(exchange, "BOOKMARK", mark);
            }
        }
    }

    private static void line(HttpExchange exchange, String type, JsonNode object)
            throws IOException {
        var event = TestingObjects.object().put("type", type);
        event.set("object", object);
        var body = exchange.getResponseBody();
        body.write((event + "\n").getBytes(StandardCharsets.UTF_8));
        body.flush();
    }

    private static JsonNode status(TestingRefusal refused) {
        return TestingObjects.object()
                .put("apiVersion", "v1")
                .put("kind", "Status")
                .put("status", "Failure")
                .put("message", refused.getMessage())
                .put("reason", refused.reason())
                .put("code", refused.code());
    }

    private static JsonNode body(HttpExchange exchange) throws IOException {
        var bytes = exchange.getRequestBody().readAllBytes();
        return bytes.length == 0 ? TestingObjects.object() : TestingObjects.JSON.readTree(bytes);
    }

    private static Map<String, String> query(HttpExchange exchange) {
        var query = new LinkedHashMap<String, String>();
        var text = exchange.getRequestURI().getRawQuery();
        for (var each : (text == null ? "" : text).split("&", -1)) {
            var pair = each.split("=", 2);
            if (pair.length == 2) {
                query.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
            }
        }
        return query;
    }

    private void send(HttpExchange exchange, int code, JsonNode answer, String request)
            throws IOException {
        for (var lost : lostReplies) {
            if (lost.test(request) && lostReplies.remove(lost)) {
                return;
            }
        }
        var bytes = answer.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
