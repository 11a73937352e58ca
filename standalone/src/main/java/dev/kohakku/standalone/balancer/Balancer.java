package dev.kohakku.standalone.balancer;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.ResponseCodeHandler;
import io.undertow.server.handlers.proxy.LoadBalancingProxyClient;
import io.undertow.server.handlers.proxy.ProxyHandler;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Listens on one port of every address for all Controllers. Thread-safe. */
public final class Balancer implements AutoCloseable {

    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final String RETRY_AFTER_SECONDS = "1";
    private static final int IO_THREADS = 2;

    /** Streams of logs keep theirs for as long as they are followed. */
    private static final int CONNECTIONS_PER_THREAD = 2_000;

    /** Shorter than a Controller keeps a connection that nobody uses. */
    private static final Duration KEEP_UNUSED = Duration.ofSeconds(20);

    private final List<URI> controllers;
    private final Predicate<URI> ready;
    private final LoadBalancingProxyClient targets;
    private final Undertow server;
    private final Set<URI> taking = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closing = new CountDownLatch(1);

    private Balancer(int port, List<URI> controllers, Predicate<URI> ready) {
        this.controllers = List.copyOf(controllers);
        this.ready = ready;
        this.targets =
                new LoadBalancingProxyClient()
                        .setConnectionsPerThread(CONNECTIONS_PER_THREAD)
                        .setSoftMaxConnectionsPerThread(0)
                        .setTtl(Math.toIntExact(KEEP_UNUSED.toMillis()))
                        .setProblemServerRetry(1)
                        .removeSessionCookieName("JSESSIONID");
        this.server =
                Undertow.builder()
                        .addHttpListener(port, "0.0.0.0")
                        .setIoThreads(IO_THREADS)
                        .setWorkerThreads(1)
                        .setServerOption(UndertowOptions.ENABLE_HTTP2, false)
                        .setServerOption(UndertowOptions.ALWAYS_SET_DATE, false)
                        // What a Controller takes is for it to say.
                        .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, -1L)
                        .setServerOption(UndertowOptions.MULTIPART_MAX_ENTITY_SIZE, -1L)
                        .setHandler(new SayingWhenToRetry(proxy()))
                        .build();
    }

    /**
     * Starts to listen and to look who is ready; until somebody is, the answer is 503.
     *
     * @param controllers such as {@code http://127.0.0.1:8001}
     * @param ready asks one of them, and blocks for its answer
     */
    public static Balancer start(int port, List<URI> controllers, Predicate<URI> ready) {
        var balancer = new Balancer(port, controllers, ready);
        balancer.server.start();
        for (var controller : balancer.controllers) {
            Thread.ofVirtual().name("look-at-" + controller).start(() -> balancer.look(controller));
        }
        return balancer;
    }

    /** Who gets requests now. */
    public Set<URI> taking() {
        return Set.copyOf(taking);
    }

    private HttpHandler proxy() {
        return ProxyHandler.builder()
                .setProxyClient(targets)
                .setNext(ResponseCodeHandler.HANDLE_404)
                // A stream of a log may take as long as its task.
                .setMaxRequestTime(-1)
                .setMaxConnectionRetries(controllers.size())
                .build();
    }

    /** Until the end. A Controller that stands still delays the look at no other. */
    private void look(URI controller) {
        try {
            do {
                takesPart(controller, ready.test(controller));
            } while (!closing.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void takesPart(URI controller, boolean isReady) {
        if (isReady && taking.add(controller)) {
            targets.addHost(controller);
        } else if (!isReady && taking.remove(controller)) {
            // Streams that it still answers go on; new requests go to others.
            targets.removeHost(controller);
        }
    }

    /** Closes the port and every connection. Idempotent. */
    @Override
    public void close() {
        closing.countDown();
        server.stop();
    }

    /** A client that is refused learns that another try is worth it. */
    private record SayingWhenToRetry(HttpHandler next) implements HttpHandler {

        @Override
        public void handleRequest(HttpServerExchange exchange) throws Exception {
            exchange.addResponseCommitListener(answer -> {
                if (answer.getStatusCode() == StatusCodes.SERVICE_UNAVAILABLE
                        && !answer.getResponseHeaders().contains(Headers.RETRY_AFTER)) {
                    answer.getResponseHeaders().put(Headers.RETRY_AFTER, RETRY_AFTER_SECONDS);
                }
            });
            next.handleRequest(exchange);
        }
    }
}
