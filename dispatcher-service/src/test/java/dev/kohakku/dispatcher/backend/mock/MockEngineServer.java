package dev.kohakku.dispatcher.backend.mock;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.wire.WireJson;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StartForbiddenException;
import dev.kohakku.dispatcher.backend.StartProgress;
import dev.kohakku.dispatcher.backend.StopProgress.Step;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A {@link MockEngine} that dispatchers in other processes reach over HTTP, so that it outlives
 * them when they are killed. Thread-safe.
 */
public final class MockEngineServer implements AutoCloseable {

    static final JsonMapper JSON = WireJson.mapper();

    /** A client that has not answered by then was killed between making and starting. */
    private static final long PERMIT_SECONDS = 30;

    /** why not shorter: hundreds of containers are waited for at once. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final HttpServer server;
    private final MockEngine engine;
    private final MockBackend backend;
    private final Map<String, Start> asking = new ConcurrentHashMap<>();

    private MockEngineServer(HttpServer server, MockEngine engine, String installation) {
        this.server = server;
        this.engine = engine;
        this.backend = new MockBackend(engine, installation);
    }

    /** Listens on a free port of the loopback interface. */
    public static MockEngineServer start(MockEngine engine, String installation)
            throws IOException {
        var http =
                HttpServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        var server = new MockEngineServer(http, engine, installation);
        server.answers("/engine", Void.class, _ -> server.engine());
        server.answers("/start", ContainerSpec.class, server::start);
        server.answers("/permit", MockEngineWire.Permit.class, server::permit);
        server.answers("/find", MockEngineWire.Question.class, server::find);
        server.answers("/inspect", MockEngineWire.Question.class, server::inspect);
        server.answers("/await", MockEngineWire.Question.class, server::await);
        server.answers("/stop", MockEngineWire.Question.class, server::stop);
        server.answers("/destroy", MockEngineWire.Question.class, server::destroy);
        server.answers("/list", Void.class, _ -> server.list());
        server.answers("/read", MockEngineWire.Question.class, server::read);
        http.start();
        return server;
    }

    /** Where it listens. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private interface Answer<Q> {

        Object to(Q question) throws InterruptedException;
    }

    private <Q> void answers(String path, Class<Q> type, Answer<Q> answer) {
        server.createContext(path, exchange -> handle(exchange, type, answer));
    }

    private static <Q> void handle(HttpExchange exchange, Class<Q> type, Answer<Q> answer)
            throws IOException {
        try (exchange) {
            var asked = exchange.getRequestBody().readAllBytes();
            var question = type == Void.class ? null : JSON.readValue(asked, type);
            var reply = JSON.writeValueAsBytes(answer.to(question));
            exchange.sendResponseHeaders(200, reply.length);
            exchange.getResponseBody().write(reply);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private MockEngineWire.Engine engine() {
        return new MockEngineWire.Engine(
                engine.id(), engine.health().healthy(), engine.health().reason());
    }

    /** A start under way: it comes to its question, or to its end. */
    private record Start(
            CompletableFuture<MockEngineWire.StartReply> first,
            CompletableFuture<Boolean> permit,
            CompletableFuture<MockEngineWire.StartReply> last) {}

    private MockEngineWire.StartReply start(ContainerSpec spec) throws InterruptedException {
        var start =
                new Start(
                        new CompletableFuture<>(),
                        new CompletableFuture<>(),
                        new CompletableFuture<>());
        Thread.ofVirtual()
                .start(() -> {
                    var reply = replyOf(spec, start);
                    start.last().complete(reply);
                    start.first().complete(reply);
                });
        return get(start.first());
    }

    private MockEngineWire.StartReply replyOf(ContainerSpec spec, Start start) {
        try {
            backend.start(spec, () -> isPermitted(start), StartProgress.NONE);
            return new MockEngineWire.StartReply(null, false, null);
        } catch (StartForbiddenException forbidden) {
            return new MockEngineWire.StartReply(null, true, null);
        } catch (BackendException failed) {
            return failed(failed.kind(), failed.isUnknown(), failed.getMessage());
        } catch (InterruptedException unanswered) {
            return failed(FailureKind.BACKEND_ERROR, true, "no permit came");
        }
    }

    private static MockEngineWire.StartReply failed(
            FailureKind kind, boolean unknown, String words) {
        return new MockEngineWire.StartReply(
                null, false, new MockEngineWire.Failure(kind, unknown, words));
    }

    private boolean isPermitted(Start start) throws InterruptedException {
        var question = UUID.randomUUID().toString();
        asking.put(question, start);
        start.first().complete(MockEngineWire.StartReply.asking(question));
        try {
            return start.permit().get(PERMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException unanswered) {
            throw new InterruptedException("the client does not answer");
        } finally {
            asking.remove(question);
        }
    }

    private MockEngineWire.StartReply permit(MockEngineWire.Permit permit)
            throws InterruptedException {
        var start = asking.get(permit.question());
        start.permit().complete(permit.granted());
        return get(start.last());
    }

    private static <T> T get(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static ContainerHandle handle(MockEngineWire.Question question) {
        var attempt = question.attempt();
        return new ContainerHandle(attempt, RuntimeType.MOCK, attempt.containerName());
    }

    private MockEngineWire.Found find(MockEngineWire.Question question) {
        return new MockEngineWire.Found(
                backend.find(question.attempt()).map(ContainerHandle::attempt).stream().toList());
    }

    private MockEngineWire.Status inspect(MockEngineWire.Question question) {
        return MockEngineWire.Status.of(backend.inspect(handle(question)));
    }

    private MockEngineWire.Status await(MockEngineWire.Question question)
            throws InterruptedException {
        var status = backend.inspect(handle(question));
        while (status instanceof ContainerStatus.Running
                || status instanceof ContainerStatus.Created) {
            Thread.sleep(LOOK_AGAIN);
            status = backend.inspect(handle(question));
        }
        return MockEngineWire.Status.of(status);
    }

    private MockEngineWire.Steps stop(MockEngineWire.Question question)
            throws InterruptedException {
        var steps = new ArrayList<Step>();
        backend.stop(handle(question), Duration.ofMillis(question.graceMillis()), steps::add);
        return new MockEngineWire.Steps(steps);
    }

    private MockEngineWire.Found destroy(MockEngineWire.Question question) {
        backend.destroy(handle(question));
        return find(question);
    }

    private MockEngineWire.Found list() {
        return new MockEngineWire.Found(
                backend.list().stream().map(ContainerHandle::attempt).toList());
    }

    /** At once, at the end of the container: what a mock writes is known from its start. */
    private MockEngineWire.Output read(MockEngineWire.Question question)
            throws InterruptedException {
        await(question);
        var lines = new ArrayList<MockEngineWire.Line>();
        var complete =
                backend.read(
                        handle(question),
                        (stream, at, text) -> lines.add(new MockEngineWire.Line(stream, at, text)));
        return new MockEngineWire.Output(complete, lines);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
