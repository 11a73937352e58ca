package dev.kohakku.controller.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class SecretsPropertiesTest {

    private static SecretsProperties bound(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("kohakku.secrets", SecretsProperties.class);
    }

    @Test
    void withoutAKeyNoneIsSet() {
        assertThat(bound(Map.of()).isSet()).isFalse();
    }

    @Test
    void theKeyIsMappedAndNotShown() {
        var key = Base64.getEncoder().encodeToString(new byte[32]);
        var properties = bound(Map.of("kohakku.secrets.key", key));

        assertThat(properties.isSet()).isTrue();
        assertThat(properties.bytes()).hasSize(32);
        assertThat(properties.toString()).doesNotContain(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no base64!", "c2hvcnQ="})
    void aKeyThatIsNoneIsRefusedByName(String key) {
        assertThatThrownBy(() -> new SecretsProperties(key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SECRETS_KEY")
                .message()
                .doesNotContain(key);
    }
}
