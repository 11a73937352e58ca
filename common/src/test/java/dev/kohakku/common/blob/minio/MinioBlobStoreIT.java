package dev.kohakku.common.blob.minio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.kohakku.common.blob.BlobKey;
import dev.kohakku.common.blob.BlobStore;
import dev.kohakku.common.blob.BlobStoreContract;
import dev.kohakku.standalone.engine.EmbeddedObjectStore;
import dev.kohakku.standalone.engine.TestEngines;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MinioBlobStoreIT extends BlobStoreContract {

    private static MinioBlobStore store;

    @BeforeAll
    static void connect() {
        store = new MinioBlobStore(settings(engine().endpoint(), engine().bucket(), null));
    }

    @AfterAll
    static void close() {
        store.close();
    }

    private static EmbeddedObjectStore engine() {
        return TestEngines.objectStore();
    }

    private static MinioSettings settings(String endpoint, String bucket, String publicEndpoint) {
        return new MinioSettings(
                endpoint,
                publicEndpoint,
                engine().accessKey(),
                engine().secretKey(),
                bucket,
                "us-east-1");
    }

    @Override
    protected BlobStore store() {
        return store;
    }

    @Test
    void aMissingBucketIsMadeWithTheFirstWrite() throws Exception {
        var bucket = "made-" + UUID.randomUUID();
        try (var fresh = new MinioBlobStore(settings(engine().endpoint(), bucket, ""))) {
            assertThat(fresh.open(new BlobKey("a"))).isEmpty();
            assertThat(fresh.list("")).isEmpty();
            fresh.delete(new BlobKey("a"));

            fresh.put(new BlobKey("a"), "x".getBytes(UTF_8), "text/plain");

            assertThat(fresh.list("")).containsExactly(new BlobKey("a"));
        }
    }

    @Test
    void theCheckMakesAMissingBucket() throws Exception {
        var bucket = "checked-" + UUID.randomUUID();
        try (var fresh = new MinioBlobStore(settings(engine().endpoint(), bucket, ""))) {
            fresh.check();

            assertThat(fresh.list("")).isEmpty();
        }
    }

    @Test
    void anybodyCanReadByAPublicLinkAndNotWithoutItsSignature() throws Exception {
        try (var linking =
                        new MinioBlobStore(
                                settings(
                                        engine().endpoint(),
                                        engine().bucket(),
                                        engine().endpoint()));
                var http = HttpClient.newHttpClient()) {
            linking.put(key("shared.json"), "{}".getBytes(UTF_8), "application/json");

            var link = linking.publicLink(key("shared.json"), Duration.ofMinutes(5)).orElseThrow();

            var answer = get(http, link);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("{}");
            var bare = URI.create(link.toString().replaceFirst("\\?.*", ""));
            assertThat(get(http, bare).statusCode()).isEqualTo(403);
        }
    }

    private static HttpResponse<String> get(HttpClient http, URI uri) throws Exception {
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aPublicLinkNeedsNoStoreAndNamesThePublicAddress() {
        try (var away =
                new MinioBlobStore(
                        settings("http://127.0.0.1:1", "kohakku", "https://store.example:9000"))) {
            assertThat(away.publicLink(new BlobKey("a/b"), Duration.ofMinutes(5)).orElseThrow())
                    .hasHost("store.example")
                    .hasPort(9000)
                    .hasPath("/kohakku/a/b")
                    .hasParameter("X-Amz-Expires", "300");
            assertThatThrownBy(() -> away.publicLink(new BlobKey("a"), Duration.ofDays(8)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aStoreThatIsAwayOrSilentFailsTheCheckSoon() throws Exception {
        try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                var hanging =
                        new MinioBlobStore(
                                settings(
                                        "http://127.0.0.1:" + silent.getLocalPort(),
                                        "kohakku",
                                        ""));
                var away = new MinioBlobStore(settings("http://127.0.0.1:1", "kohakku", ""))) {
            assertThatThrownBy(away::check).isInstanceOf(IOException.class);
            // why ten and not two: a loaded machine; the usual limit is thirty.
            assertTimeoutPreemptively(
                    Duration.ofSeconds(10),
                    () -> assertThatThrownBy(hanging::check).isInstanceOf(IOException.class));
        }
    }

    @Test
    void wrongKeysAreAnErrorThatSaysSo() {
        var wrong =
                new MinioSettings(
                        engine().endpoint(),
                        null,
                        engine().accessKey(),
                        "wrong-secret",
                        engine().bucket(),
                        "us-east-1");
        try (var refused = new MinioBlobStore(wrong)) {
            assertThatThrownBy(() -> refused.put(key("a"), new byte[] {1}, "text/plain"))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("object store: ");
        }
    }

    @Test
    void aListingLongerThanOnePageIsComplete() throws Exception {
        for (var i = 0; i < 1005; i++) {
            store.put(key("many/%04d".formatted(i)), new byte[] {1}, "text/plain");
        }

        assertThat(store.list(key("many").value() + "/"))
                .containsExactlyElementsOf(
                        IntStream.range(0, 1005)
                                .mapToObj(i -> key("many/%04d".formatted(i)))
                                .toList());
    }
}
