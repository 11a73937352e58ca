package dev.kohakku.standalone.balancer;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers as it is told and counts what reaches it. */
final class StandInController implements AutoCloseable {

    private final HttpServer server;
    private final AtomicInteger requests = new AtomicInteger();
    private volatile boolean ready = true;

    private StandInController(HttpServer server) {
        this.server = server;
    }

    static StandInController answering(HttpHandler handler) throws IOException {
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        var controller = new StandInController(server);
        server.createContext(
                "/",
                exchange -> {
                    controller.requests.incrementAndGet();
                    handler.handle(exchange);
                    exchange.close();
                });
        server.start();
        return controller;
    }

    /** One that answers 201. */
    static StandInController accepting() throws IOException {
        return answering(exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(201, -1);
        });
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    int requests() {
        return requests.get();
    }

    boolean isReady() {
        return ready;
    }

    void setReady(boolean ready) {
        this.ready = ready;
    }

    /** Its port is closed; whoever looks may still take it for ready. */
    void die() {
        server.stop(0);
    }

    @Override
    public void close() {
        die();
    }
}
