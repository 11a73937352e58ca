package dev.kohakku.controller.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class HttpPropertiesTest {

    @Test
    void whatIsNotSetHasItsDefault() {
        assertThat(bound(Map.of()))
                .isEqualTo(
                        new HttpProperties(
                                Duration.ZERO,
                                Duration.ofSeconds(120),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(30),
                                DataSize.ofKilobytes(256)));
    }

    @Test
    void everyKeyIsRead() {
        assertThat(
                        bound(
                                Map.of(
                                        "kohakku.http.drain", "1s",
                                        "kohakku.http.request-timeout", "5s",
                                        "kohakku.http.header-timeout", "2s",
                                        "kohakku.http.body-timeout", "3s",
                                        "kohakku.http.body-rate", "4KB")))
                .isEqualTo(
                        new HttpProperties(
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3),
                                DataSize.ofKilobytes(4)));
    }

    @ParameterizedTest
    @CsvSource({
        "drain,-1s",
        "drain,301s",
        "request-timeout,0s",
        "request-timeout,2h",
        "request-timeout,29s",
        "header-timeout,0s",
        "header-timeout,2h",
        "body-timeout,0s",
        "body-timeout,121s",
        "body-rate,0B"
    })
    void whatCannotBeIsRefusedByItsKey(String key, String value) {
        assertThatThrownBy(() -> bound(Map.of("kohakku.http." + key, value)))
                .rootCause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("kohakku.http." + key);
    }

    @Test
    void aBodyHasASecondMoreForEachOfItsKilobytesOfTheRate() {
        var defaults = bound(Map.of());

        assertThat(defaults.bodyTime(0)).isEqualTo(Duration.ofSeconds(30));
        assertThat(defaults.bodyTime(8 << 20)).isEqualTo(Duration.ofSeconds(62));
    }

    private static HttpProperties bound(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("kohakku.http", HttpProperties.class);
    }
}
