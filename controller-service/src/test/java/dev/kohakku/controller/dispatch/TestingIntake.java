package dev.kohakku.controller.dispatch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kohakku.common.queue.QueuedAttempt;
import dev.kohakku.common.queue.TaskQueue;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.wire.PutAttempt;
import dev.kohakku.common.wire.WireJson;
import dev.kohakku.controller.testing.ControllerTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import tools.jackson.databind.json.JsonMapper;

/** The intake of a dispatcher that is sent its attempts: puts them on its list, or does not. */
final class TestingIntake implements AutoCloseable {

    private final List<TaskId> arrivals = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final JsonMapper json = WireJson.mapper();
    private final HttpServer server;
    private volatile TaskQueue list;
    private volatile Fate fate = Fate.ACCEPT;

    /** What becomes of a call. */
    enum Fate {
        ACCEPT,
        /** It is answered 500. */
        FAIL,
        /** It never is answered. */
        HANG,
        /** The attempt is put on the list, and the connection cut before the answer. */
        LOSE_REPLY,
        /** The connection is cut at once. */
        CUT
    }

    TestingIntake() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** What arrives is put there. */
    void putOn(TaskQueue itsList) {
        list = itsList;
    }

    void is(Fate next) {
        fate = next;
    }

    /** Every call, whatever became of it. */
    List<TaskId> arrivals() {
        return arrivals;
    }

    private void handle(HttpExchange exchange) throws IOException {
        var now = fate;
        var body = json.readValue(exchange.getRequestBody().readAllBytes(), PutAttempt.class);
        arrivals.add(body.taskId());
        var right =
                ControllerTest.DISPATCHER_KEY.equals(
                                exchange.getRequestHeaders().getFirst("X-API-Key"))
                        && "POST /tasks"
                                .equals(
                                        exchange.getRequestMethod()
                                                + " "
                                                + exchange.getRequestURI());
        if (right && (now == Fate.ACCEPT || now == Fate.LOSE_REPLY)) {
            list.enqueue(
                    List.of(
                            new QueuedAttempt(
                                    new AttemptId(body.taskId(), body.attempt()),
                                    body.traceparent())));
        }
        switch (now) {
            case ACCEPT -> exchange.sendResponseHeaders(right ? 202 : 401, -1);
            case FAIL -> exchange.sendResponseHeaders(500, -1);
            case HANG -> hang();
            case LOSE_REPLY, CUT -> {}
        }
        exchange.close();
    }

    private void hang() {
        try {
            closed.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}
