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
        ensureBucket();
        call(
                "put " + key,
                () ->
                        client.putObject(
                                PutObjectArgs.builder()
                                        .bucket(bucket)
                                        .object(key.value())
                                        .data(content, content.length)
                                        .contentType(contentType)
                                        .build()));
    }

    @Override
    public long put(BlobKey key, InputStream content, String contentType, long limit)
            throws IOException {
        ensureBucket();
        var counted = new LimitedStream(content, key, limit);
        try {
            call(
                    "put " + key,
                    () ->
                            client.putObject(
                                    PutObjectArgs.builder()
                                            .bucket(bucket)
                                            .object(key.value())
                                            .stream(counted, -1L, PART_SIZE)
                                            .contentType(contentType)
                                            .build()));
        } catch (IOException failed) {
            if (counted.failure() != null) {
                counted.failure().addSuppressed(failed);
                throw counted.failure();
            }
            throw failed;
        }
        return counted.count();
    }

    @Override
    public Optional<InputStream> open(BlobKey key) throws IOException {
        try {
            return Optional.of(
                    client.getObject(
                            GetObjectArgs.builder().bucket(bucket).object(key.value()).build()));
        } catch (ErrorResponseException refused) {
            if (isMissing(refused)) {
                return Optional.empty();
            }
            throw failure("open " + key, refused);
        } catch (MinioException failed) {
            throw failure("open " + key, failed);
        }
    }

    @Override
    public List<BlobKey> list(String prefix) throws IOException {
        var keys = new ArrayList<BlobKey>();
        var found =
                client.listObjects(
                        ListObjectsArgs.builder()
                                .bucket(bucket)
                                .prefix(prefix)
                                .recursive(true)
                                .build());
        try {
            for (var item : found) {
                keys.add(new BlobKey(item.get().objectName()));
            }
        } catch (ErrorResponseException refused) {
            if (isMissing(refused)) {
                return List.of();
            }
            throw failure("list " + prefix, refused);
        } catch (MinioException failed) {
            throw failure("list " + prefix, failed);
        }
        return keys;
    }

    @Override
    public void delete(BlobKey key) throws IOException {
        try {
            call(
                    "delete " + key,
                    () -> {
                        client.removeObject(
                                RemoveObjectArgs.builder()
                                        .bucket(bucket)
                                        .object(key.value())
                                        .build());
                        return true;
                    });
        } catch (IOException failed) {
            if (!(failed.getCause() instanceof ErrorResponseException refused)
                    || !isMissing(refused)) {
                throw failed;
            }
        }
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
            with.makeBucket(MakeBucketArgs.builder().bucket(bucket).build());
        } catch (ErrorResponseException refused) {
            // why fine: another replica was faster.
            if (!"BucketAlreadyOwnedByYou".equals(refused.errorResponse().code())
                    && !"BucketAlreadyExists".equals(refused.errorResponse().code())) {
                throw failure("make bucket " + bucket, refused);
            }
        } catch (MinioException failed) {
            throw failure("make bucket " + bucket, failed);
        }
    }

    private static boolean isMissing(ErrorResponseException refused) {
        var code = refused.errorResponse().code();
        return "NoSuchKey".equals(code) || "NoSuchBucket".equals(code);
    }

    private static IOException failure(String what, MinioException failed) {
        return new IOException("object store: " + what + ": " + failed.getMessage(), failed);
    }

    private static <T> T call(String what, Call<T> call) throws IOException {
        try {
            return call.run();
        } catch (MinioException failed) {
            throw failure(what, failed);
        }
    }

    /** A call of the client. */
    @FunctionalInterface
    private interface Call<T> {
        T run() throws MinioException;
    }
}
