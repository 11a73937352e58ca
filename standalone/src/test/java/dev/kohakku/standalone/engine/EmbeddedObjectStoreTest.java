package dev.kohakku.standalone.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.minio.BucketExistsArgs;
import io.minio.GetObjectArgs;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.Http;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedObjectStoreTest {

    private static final byte[] BRIEF = "{\"task\":\"one\"}".getBytes(StandardCharsets.UTF_8);
    private static final String KEY = "briefs/one/abc.json";

    @Test
    void aSignedLinkServesTheObjectAndATamperedOneIsRefused() throws Exception {
        var store = TestEngines.objectStore();
        var client = client(store);
        put(client, KEY);

        var link =
                client.getPresignedObjectUrl(
                        GetPresignedObjectUrlArgs.builder()
                                .method(Http.Method.GET)
                                .bucket(store.bucket())
                                .object(KEY)
                                .expiry(60)
                                .build());

        assertThat(get(link).body()).isEqualTo(BRIEF);
        assertThat(get(link.replace("abc.json", "other.json")).statusCode()).isEqualTo(403);
    }

    @Test
    void anObjectThatIsStreamedWithoutAKnownLengthArrivesWhole() throws Exception {
        var store = TestEngines.objectStore();
        var client = client(store);
        var content = new byte[6 * 1024 * 1024];

        client.putObject(
                PutObjectArgs.builder().bucket(store.bucket()).object("results/big").stream(
                                new ByteArrayInputStream(content), -1L, 5L * 1024 * 1024)
                        .build());

        try (var stream =
                client.getObject(
                        GetObjectArgs.builder()
                                .bucket(store.bucket())
                                .object("results/big")
                                .build())) {
            assertThat(stream.readAllBytes()).isEqualTo(content);
        }
        client.removeObject(
                RemoveObjectArgs.builder().bucket(store.bucket()).object("results/big").build());
    }

    @Test
    void objectsAndBucketAreThereAfterARestart(@TempDir Path home) throws Exception {
        var keys = new EmbeddedObjectStore.Keys("access", "a-secret-of-some-length");
        try (var store = EmbeddedObjectStore.start(home, 0, keys)) {
            assertThat(
                            client(store)
                                    .bucketExists(
                                            BucketExistsArgs.builder().bucket("kohakku").build()))
                    .isTrue();
            put(client(store), KEY);
        }

        try (var store = EmbeddedObjectStore.start(home, 0, keys);
                var stream =
                        client(store)
                                .getObject(
                                        GetObjectArgs.builder()
                                                .bucket("kohakku")
                                                .object(KEY)
                                                .build())) {
            assertThat(stream.readAllBytes()).isEqualTo(BRIEF);
        }
    }

    private static MinioClient client(EmbeddedObjectStore store) {
        return MinioClient.builder()
                .endpoint(store.endpoint())
                .credentials(store.accessKey(), store.secretKey())
                .build();
    }

    private static void put(MinioClient client, String key) throws Exception {
        client.putObject(
                PutObjectArgs.builder().bucket("kohakku").object(key).stream(
                                new ByteArrayInputStream(BRIEF), (long) BRIEF.length, -1L)
                        .build());
    }

    private static HttpResponse<byte[]> get(String link) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create(link)).build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        }
    }
}
