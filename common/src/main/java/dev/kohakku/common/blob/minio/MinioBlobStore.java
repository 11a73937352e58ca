package dev.kohakku.common.blob.minio;

import dev.kohakku.common.blob.BlobKey;
import dev.kohakku.common.blob.BlobStore;
import io.minio.BucketExistsArgs;
import io.minio.GetObjectArgs;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.Http;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * The object store over S3. Making it does not contact the store; the bucket is made, when missing,
 * with the first call that needs it, and the attempt is repeated by later calls while it fails.
 */
public final class MinioBlobStore implements BlobStore, AutoCloseable {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

    /** Between two bytes, not for a whole object. */
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(30);

    private static final Duration CHECK_LIMIT = Duration.ofSeconds(2);

    /** One part is held in memory; S3 takes 10,000 of them, here 80 GB. */
    private static final long PART_SIZE = 8L << 20;

    /** Signed links cannot live longer: AWS Signature Version 4. */
    private static final Duration LONGEST_LINK = Duration.ofDays(7);

    private final String bucket;
    private final OkHttpClient http;
    private final MinioClient client;
    private final MinioClient checking;
    private final @Nullable MinioClient linking;
    private volatile boolean bucketKnown;

    public MinioBlobStore(MinioSettings settings) {
        bucket = settings.bucket();
        http =
                new OkHttpClient.Builder()
                        .connectTimeout(CONNECT_LIMIT)
                        .readTimeout(SILENCE_LIMIT)
                        .writeTimeout(SILENCE_LIMIT)
                        .build();
        client = client(settings, settings.endpoint(), http);
        checking =
                client(
                        settings,
                        settings.endpoint(),
                        http.newBuilder().callTimeout(CHECK_LIMIT).build());
        linking =
                settings.publicEndpoint() == null
                        ? null
                        : client(settings, settings.publicEndpoint(), http);
    }

    private static MinioClient client(MinioSettings settings, String endpoint, OkHttpClient http) {
        return MinioClient.builder()
                .endpoint(endpoint)
                // why: without it the client asks the store for the region before the first call.
                .region(settings.region())
                .credentials(settings.accessKey(), settings.secretKey())
                .httpClient(http)
                .build();
    }

    @Override
    public void put(BlobKey key, byte[] content, String contentType) throws IOException {
        write(
                key,
                PutObjectArgs.builder()
                        .bucket(bucket)
                        .object(key.value())
                        .data(content, content.length)
                        .contentType(contentType)
                        .build());
    }

    @Override
    public long put(BlobKey key, InputStream content, String contentType, long limit)
            throws IOException {
        var counted = new LimitedStream(content, key, limit);
        try {
            write(
                    key,
                    PutObjectArgs.builder().bucket(bucket).object(key.value()).stream(
                                    counted, -1L, PART_SIZE)
                            .contentType(contentType)
                            .build());
        } catch (IOException failed) {
            if (counted.failure() != null) {
                counted.failure().addSuppressed(failed);
                throw counted.failure();
            }
            throw failed;
        }
        return counted.count();
    }

    private void write(BlobKey key, PutObjectArgs arguments) throws IOException {
        ensureBucket();
        try {
            call("put " + key, () -> client.putObject(arguments));
        } catch (IOException failed) {
            if (says(failed, "NoSuchBucket")) {
                // why: somebody removed it; the next write makes it again.
                bucketKnown = false;
            }
            throw failed;
        }
    }

    @Override
    public Optional<InputStream> open(BlobKey key) throws IOException {
        var arguments = GetObjectArgs.builder().bucket(bucket).object(key.value()).build();
        return unlessMissing(
                Optional.empty(),
                () -> call("open " + key, () -> Optional.of(client.getObject(arguments))));
    }

    @Override
    public List<BlobKey> list(String prefix) throws IOException {
        var arguments =
                ListObjectsArgs.builder().bucket(bucket).prefix(prefix).recursive(true).build();
        return unlessMissing(
                List.of(),
                () ->
                        call(
                                "list " + prefix,
                                () -> {
                                    var keys = new ArrayList<BlobKey>();
                                    for (var item : client.listObjects(arguments)) {
                                        keys.add(new BlobKey(item.get().objectName()));
                                    }
                                    return keys;
                                }));
    }

    @Override
    public void delete(BlobKey key) throws IOException {
        var arguments = RemoveObjectArgs.builder().bucket(bucket).object(key.value()).build();
        unlessMissing(
                false,
                () ->
                        call(
                                "delete " + key,
                                () -> {
                                    client.removeObject(arguments);
                                    return true;
                                }));
    }

    @Override
    public Optional<URI> publicLink(BlobKey key, Duration validity) {
        if (linking == null) {
            return Optional.empty();
        }
        if (!validity.isPositive() || validity.compareTo(LONGEST_LINK) > 0) {
            throw new IllegalArgumentException(
                    "a link lives longer than zero and at most " + LONGEST_LINK);
        }
        try {
            return Optional.of(
                    URI.create(
                            linking.getPresignedObjectUrl(
                                    GetPresignedObjectUrlArgs.builder()
                                            .method(Http.Method.GET)
                                            .bucket(bucket)
                                            .object(key.value())
                                            .expiry(
                                                    Math.toIntExact(
                                                            Math.max(1, validity.toSeconds())),
                                                    TimeUnit.SECONDS)
                                            .build())));
        } catch (MinioException impossible) {
            throw new IllegalStateException("signing a link needs no store", impossible);
        }
    }

    @Override
    public void check() throws IOException {
        var exists =
                call(
                        "check " + bucket,
                        () ->
                                checking.bucketExists(
                                        BucketExistsArgs.builder().bucket(bucket).build()));
        if (!exists) {
            bucketKnown = false;
            makeBucket(checking);
        }
    }

    /** Lets go of the idle connections. Idempotent. */
    @Override
    public void close() {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }

    private void ensureBucket() throws IOException {
        if (bucketKnown) {
            return;
        }
        var exists =
                call(
                        "look for bucket " + bucket,
                        () ->
                                client.bucketExists(
                                        BucketExistsArgs.builder().bucket(bucket).build()));
        if (!exists) {
            makeBucket(client);
        }
        bucketKnown = true;
    }

    private void makeBucket(MinioClient with) throws IOException {
        try {
            call(
                    "make bucket " + bucket,
                    () -> {
                        with.makeBucket(MakeBucketArgs.builder().bucket(bucket).build());
                        return true;
                    });
        } catch (IOException failed) {
            // why fine: another replica was faster.
            if (!says(failed, "BucketAlreadyOwnedByYou", "BucketAlreadyExists")) {
                throw failed;
            }
        }
    }

    private static <T> T unlessMissing(T otherwise, Read<T> read) throws IOException {
        try {
            return read.run();
        } catch (IOException failed) {
            if (says(failed, "NoSuchKey", "NoSuchBucket")) {
                return otherwise;
            }
            throw failed;
        }
    }

    private static boolean says(IOException failed, String... codes) {
        return failed.getCause() instanceof ErrorResponseException refused
                && List.of(codes).contains(refused.errorResponse().code());
    }

    private static <T> T call(String what, Call<T> call) throws IOException {
        try {
            return call.run();
        } catch (MinioException failed) {
            throw new IOException("object store: " + what + ": " + failed.getMessage(), failed);
        } catch (IllegalStateException failed) {
            // why: this is how the client says "connection refused" and "timeout".
            throw new IOException("object store: " + what + ": " + failed.getMessage(), failed);
        }
    }

    /** A call of the client. */
    @FunctionalInterface
    private interface Call<T> {
        T run() throws MinioException;
    }

    /** A call with the store's failures as exceptions of ours. */
    @FunctionalInterface
    private interface Read<T> {
        T run() throws IOException;
    }
}
