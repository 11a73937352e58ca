package dev.kohakku.common.blob.minio;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the object store is.
 *
 * @param endpoint {@code MINIO_ENDPOINT}: http or https, without a path
 * @param publicEndpoint {@code MINIO_PUBLIC_ENDPOINT}: where containers reach the store; blank or
 *     absent when they do not
 * @param accessKey {@code MINIO_ACCESS_KEY}
 * @param secretKey {@code MINIO_SECRET_KEY}
 * @param bucket {@code MINIO_BUCKET}: made when missing
 * @param region part of every signature; MinIO takes the default
 */
@ConfigurationProperties("kohakku.objects")
public record MinioSettings(
        @DefaultValue("http://127.0.0.1:9000") String endpoint,
        @Nullable String publicEndpoint,
        @DefaultValue("minioadmin") String accessKey,
        @DefaultValue("minioadmin") String secretKey,
        @DefaultValue("kohakku") String bucket,
        @DefaultValue("us-east-1") String region) {

    public MinioSettings {
        check("MINIO_ENDPOINT", endpoint);
        if (publicEndpoint == null || publicEndpoint.isBlank()) {
            publicEndpoint = null;
        } else {
            check("MINIO_PUBLIC_ENDPOINT", publicEndpoint);
        }
        if (!bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
            throw new IllegalArgumentException(
                    "MINIO_BUCKET '"
                            + bucket
                            + "' is not a bucket name: 3 to 63 lower-case letters, digits, '-' or '.'");
        }
        if (accessKey.isBlank() || secretKey.isBlank()) {
            throw new IllegalArgumentException(
                    "MINIO_ACCESS_KEY and MINIO_SECRET_KEY must not be blank");
        }
    }

    private static void check(String name, String endpoint) {
        if (!isAddress(endpoint)) {
            throw new IllegalArgumentException(
                    name
                            + " '"
                            + endpoint
                            + "' is not the address of an object store: write http://host:port or https://host, without a path");
        }
    }

    private static boolean isAddress(String endpoint) {
        try {
            var uri = URI.create(endpoint);
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getQuery() == null
                    && (uri.getPath() == null
                            || uri.getPath().isEmpty()
                            || "/".equals(uri.getPath()));
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    /** Leaves out the keys. */
    @Override
    public String toString() {
        return "MinioSettings[endpoint="
                + endpoint
                + ", publicEndpoint="
                + publicEndpoint
                + ", bucket="
                + bucket
                + "]";
    }
}
