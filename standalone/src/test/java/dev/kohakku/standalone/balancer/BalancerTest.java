package dev.kohakku.standalone.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.standalone.engine.FreePort;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BalancerTest {

    private static final int MANY = 40;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port = FreePort.orFree(0);

    @AfterEach
    void close() {
        http.close();
    }

    private Balancer over(StandInController... controllers) {
        var all = List.of(controllers);
        var balancer =
                Balancer.start(
                        port,
                        all.stream().map(StandInController::uri).toList(),
                        uri ->
                                all.stream()
                                        .anyMatch(
                                                each -> each.uri().equals(uri) && each.isReady()));
        await().until(() ->
                balancer.taking().size()
                        == all.stream().filter(StandInController::isReady).count());
        return balancer;
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/tasks"));
    }

    private HttpResponse<Void> post() throws IOException, InterruptedException {
        var request = request().POST(BodyPublishers.ofString("{\"name\": \"a task\"}")).build();
        return http.send(request, BodyHandlers.discarding());
    }

    @Test
    void requestsOfOneClientGoToAllInTurn() throws Exception {
        try (var one = StandInController.accepting();
                var other = StandInController.accepting();
                var balancer = over(one, other)) {
            for (int count = 0; count < MANY; count++) {
                assertThat(post().statusCode()).isEqualTo(201);
            }

            assertThat(one.requests()).isEqualTo(MANY / 2);
            assertThat(other.requests()).isEqualTo(MANY / 2);
            assertThat(balancer.taking()).containsExactlyInAnyOrder(one.uri(), other.uri());
        }
    }

    @Test
    void whoIsNotReadyGetsNothingUntilItIsAgain() throws Exception {
        try (var one = StandInController.accepting();
                var other = StandInController.accepting();
                var balancer = over(one, other)) {
            other.setReady(false);
            await().until(() -> balancer.taking().size() == 1);
            int before = other.requests();
            for (int count = 0; count < MANY; count++) {
                assertThat(post().statusCode()).isEqualTo(201);
            }
            assertThat(other.requests()).isEqualTo(before);

            other.setReady(true);
            await().until(() -> {
                post();
                return other.requests() > before;
            });
        }
    }

    @Test
    void aRefusedConnectionIsTriedAtTheNextAlsoForAPost() throws Exception {
        try (var one = StandInController.accepting();
                var other = StandInController.accepting();
                var _ = over(one, other)) {
            post();
            post();
            one.die();

            for (int count = 0; count < MANY; count++) {
                assertThat(post().statusCode()).isEqualTo(201);
            }
        }
    }

    @Test
    void aPostThatWasSentIsSentOnceAndItsClientLearnsOfTheLoss() throws Exception {
        try (var one = StandInController.answering(exchange -> exchange.close());
                var other = StandInController.answering(exchange -> exchange.close());
                var _ = over(one, other)) {
            assertThat(post().statusCode()).isIn(502, 503);

            assertThat(one.requests() + other.requests()).isEqualTo(1);
        }
    }

    @Test
    void aStreamPassesEventByEvent() throws Exception {
        var read = new CountDownLatch(1);
        try (var controller =
                        StandInController.answering(exchange -> {
                            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
                            exchange.sendResponseHeaders(200, 0);
                            var body = exchange.getResponseBody();
                            body.write("id: 1\n".getBytes(StandardCharsets.UTF_8));
                            body.flush();
                            awaitQuietly(read);
                            body.write("id: 2\n".getBytes(StandardCharsets.UTF_8));
                        });
                var _ = over(controller)) {
            try (Stream<String> lines =
                    http.send(request().build(), BodyHandlers.ofLines()).body()) {
                var events = lines.iterator();

                assertThat(events.next()).isEqualTo("id: 1");
                read.countDown();
                assertThat(events.next()).isEqualTo("id: 2");
            }
        }
    }

    @Test
    void aLargeBodyPassesWhileItIsSent() throws Exception {
        var arrived = new CountDownLatch(1);
        var size = new CompletableFuture<Long>();
        try (var controller =
                        StandInController.answering(exchange -> {
                            exchange.getRequestBody().readNBytes(1_000);
                            arrived.countDown();
                            size.complete(
                                    exchange.getRequestBody()
                                            .transferTo(java.io.OutputStream.nullOutputStream()));
                            exchange.sendResponseHeaders(201, -1);
                        });
                var _ = over(controller)) {
            var first = new ByteArrayInputStream(new byte[100_000]);
            var rest = new ByteArrayInputStream(new byte[64_000_000]);
            var body = new SequenceInputStream(first, after(arrived, rest));
            var request = request().POST(BodyPublishers.ofInputStream(() -> body)).build();

            assertThat(http.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(201);
            assertThat(size.get()).isEqualTo(64_099_000);
        }
    }

    @Test
    void withNobodyReadyTheAnswerIs503AndSaysWhenToTryAgain() throws Exception {
        try (var controller = StandInController.accepting()) {
            controller.setReady(false);
            try (var _ = over(controller)) {
                var answer = post();

                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.headers().firstValue("Retry-After")).contains("1");
            }
        }
    }

    /** The stream, which cannot be read before the latch opens. */
    private static InputStream after(CountDownLatch latch, InputStream stream) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                awaitQuietly(latch);
                return stream.read();
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                awaitQuietly(latch);
                return stream.read(bytes, offset, length);
            }
        };
    }

    private static void awaitQuietly(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new IOException("nothing has passed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
