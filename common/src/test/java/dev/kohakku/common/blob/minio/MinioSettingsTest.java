package dev.kohakku.common.blob.minio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class MinioSettingsTest {

    private static MinioSettings bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("kohakku.objects", MinioSettings.class);
    }

    private static MinioSettings at(String endpoint, String publicEndpoint, String bucket) {
        return new MinioSettings(endpoint, publicEndpoint, "key", "secret", bucket, "us-east-1");
    }

    @Test
    void theDefaultsFitOneMachine() {
        assertThat(bind(Map.of()))
                .isEqualTo(
                        new MinioSettings(
                                "http://127.0.0.1:9000",
                                null,
                                "minioadmin",
                                "minioadmin",
                                "kohakku",
                                "us-east-1"));
    }

    @Test
    void everyKeyIsBound() {
        assertThat(
                        bind(
                                Map.of(
                                        "kohakku.objects.endpoint", "https://store",
                                        "kohakku.objects.public-endpoint", "https://public",
                                        "kohakku.objects.access-key", "a",
                                        "kohakku.objects.secret-key", "b",
                                        "kohakku.objects.bucket", "things",
                                        "kohakku.objects.region", "eu-west-1")))
                .isEqualTo(
                        new MinioSettings(
                                "https://store",
                                "https://public",
                                "a",
                                "b",
                                "things",
                                "eu-west-1"));
    }

    @Test
    void aBlankPublicAddressIsNone() {
        assertThat(at("http://a:1", " ", "kohakku").publicEndpoint()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "store:9000", "ftp://store", "http://", "http://a/b", "http://u:p@a"})
    void anAddressThatIsNoneIsRefusedByItsName(String address) {
        assertThatThrownBy(() -> at(address, null, "kohakku"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MINIO_ENDPOINT");
        if (!address.isBlank()) {
            assertThatThrownBy(() -> at("http://a:1", address, "kohakku"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("MINIO_PUBLIC_ENDPOINT");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ab", "Upper", "under_score", "-dash"})
    void aBucketNameThatIsNoneIsRefused(String bucket) {
        assertThatThrownBy(() -> at("http://a:1", null, bucket))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MINIO_BUCKET");
    }

    @Test
    void blankKeysAreRefused() {
        assertThatThrownBy(() -> new MinioSettings("http://a", null, "key", " ", "kohakku", "eu"))
                .hasMessageContaining("MINIO_SECRET_KEY");
    }

    @Test
    void theSecretIsNeverShown() {
        assertThat(at("http://a:1", null, "kohakku").toString()).doesNotContain("secret");
    }
}
