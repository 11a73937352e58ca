package dev.kohakku.e2e.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpProxyTest {

    private final AtomicInteger served = new AtomicInteger();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private HttpServer server;
    private HttpProxy proxy;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/echo", this::echo);
        server.createContext("/stream", this::stream);
        server.start();
        proxy = HttpProxy.to(Upstream.tcp(server.getAddress().getPort()));
    }

    @AfterEach
    void stop() throws IOException {
        gate.countDown();
        proxy.close();
        server.stop(0);
        http.close();
    }

    private void echo(HttpExchange exchange) throws IOException {
        served.incrementAndGet();
        var body = exchange.getRequestBody().readAllBytes();
        exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    /** One piece at once, the rest when the gate opens. */
    private void stream(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        try (var out = exchange.getResponseBody()) {
            out.write("first\n".getBytes(StandardCharsets.UTF_8));
            out.flush();
            gate.await();
            out.write("second\n".getBytes(StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return http.send(request(path, body), BodyHandlers.ofString());
    }

    private HttpRequest request(String path, String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + path))
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    @Test
    void requestsAndRepliesPassUnchanged() throws Exception {
        for (var body : List.of("", "short", "x".repeat(100_000))) {
            assertThat(post("/echo", body).body()).isEqualTo(body);
        }
        assertThat(served).hasValue(3);
    }

    @Test
    void aStreamedReplyPassesAsItComes() throws Exception {
        var lines = http.send(request("/stream", ""), BodyHandlers.ofLines()).body().iterator();

        assertThat(lines.next()).isEqualTo("first");
        gate.countDown();
        assertThat(lines.next()).isEqualTo("second");
    }

    @Test
    void aTrapBeforeForwardingSpringsOnceAndTheServerNeverSees() throws Exception {
        var deeds = new AtomicInteger();
        var trap =
                proxy.arm(
                        Trap.beforeForwarding("POST /echo.* secret")
                                .doing(deeds::incrementAndGet)
                                .then(Fate.IS_DROPPED));

        assertThat(post("/echo", "harmless").statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> post("/echo", "the secret")).isInstanceOf(IOException.class);
        assertThat(post("/echo", "the secret").statusCode()).isEqualTo(200);

        trap.awaitSprung();
        assertThat(deeds).hasValue(1);
        assertThat(served).hasValue(2);
    }

    @Test
    void aTrapBeforeReplyingSpringsAfterTheServerHasActed() {
        var servedAtTrap = new AtomicInteger();
        proxy.arm(
                Trap.beforeReplying("POST /echo")
                        .doing(() -> servedAtTrap.set(served.get()))
                        .then(Fate.IS_DROPPED));

        assertThatThrownBy(() -> post("/echo", "x")).isInstanceOf(IOException.class);

        assertThat(servedAtTrap).hasValue(1);
    }

    @Test
    void whatIsHeldGoesOnWhenReleased() throws Exception {
        var trap = proxy.arm(Trap.beforeReplying("POST /echo").then(Fate.IS_HELD));

        var answer = http.sendAsync(request("/echo", "held"), BodyHandlers.ofString());
        trap.awaitSprung();
        assertThat(answer).isNotDone();
        trap.release();

        assertThat(answer.get().body()).isEqualTo("held");
    }

    @Test
    void whatIsRefusedIsAnsweredByTheProxyEveryTimeUntilDisarmed() throws Exception {
        var trap = proxy.arm(Trap.beforeForwarding("/echo").then(Fate.IS_REFUSED).everyTime());

        assertThat(post("/echo", "x").statusCode()).isEqualTo(500);
        assertThat(post("/echo", "x").statusCode()).isEqualTo(500);
        proxy.disarmAll();

        assertThat(post("/echo", "x").statusCode()).isEqualTo(200);
        assertThat(trap.timesSprung()).isEqualTo(2);
    }

    @Test
    void aSwitchOfProtocolsOpensATunnel() throws Exception {
        try (var hijacking = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var way = HttpProxy.to(Upstream.tcp(hijacking.getLocalPort()))) {
            Thread.ofVirtual().start(() -> hijack(hijacking));
            try (var client = new Socket(InetAddress.getLoopbackAddress(), way.port())) {
                client.getOutputStream()
                        .write(
                                "POST /attach HTTP/1.1\r\nUpgrade: tcp\r\n\r\n"
                                        .getBytes(StandardCharsets.US_ASCII));
                var in = client.getInputStream();
                assertThat(HttpHead.read(in).orElseThrow().status()).isEqualTo(101);
                client.getOutputStream().write("ping".getBytes(StandardCharsets.US_ASCII));
                assertThat(in.readNBytes(4)).asString().isEqualTo("ping");
            }
        }
    }

    private static void hijack(ServerSocket server) {
        try (var socket = server.accept()) {
            HttpHead.read(socket.getInputStream());
            socket.getOutputStream()
                    .write("HTTP/1.1 101 UPGRADED\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException gone) {
            throw new java.io.UncheckedIOException(gone);
        }
    }

    @Test
    void aClientThatGoesAwayTakesItsStreamAlong() throws Exception {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var way = HttpProxy.to(Upstream.tcp(silent.getLocalPort()))) {
            var client = new Socket(InetAddress.getLoopbackAddress(), way.port());
            client.getOutputStream()
                    .write("GET /wait HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            try (var accepted = silent.accept()) {
                HttpHead.read(accepted.getInputStream());
                client.close();
                await().until(() -> accepted.getInputStream().read() < 0);
            }
        }
    }

    @Test
    void theFirstReplicaThatLivesIsAsked() throws Exception {
        try (var balancer =
                HttpProxy.to(
                        Upstream.firstOf(
                                List.of(
                                        Upstream.tcp(1),
                                        Upstream.tcp(server.getAddress().getPort()))))) {
            var request =
                    HttpRequest.newBuilder(
                                    URI.create("http://127.0.0.1:" + balancer.port() + "/echo"))
                            .build();
            assertThat(http.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
        }
    }
}
