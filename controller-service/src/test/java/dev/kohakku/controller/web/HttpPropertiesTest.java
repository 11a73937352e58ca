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
                                DataSize.ofKilobytes(256),
                                new PlacesProperties(0, 0, 0, 0, 50)));
    }

    @Test
    void everyKeyIsRead() {
        assertThat(
                        bound(
                                Map.ofEntries(
                                        entry("drain", "1s"),
                                        entry("request-timeout", "5s"),
                                        entry("header-timeout", "2s"),
                                        entry("body-timeout", "3s"),
                                        entry("body-rate", "4KB"),
                                        entry("places.services", "5"),
                                        entry("places.callbacks", "6"),
                                        entry("places.logs", "7"),
                                        entry("places.clients", "8"),
                                        entry("places.peer-percent", "9"))))
                .isEqualTo(
                        new HttpProperties(
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3),
                                DataSize.ofKilobytes(4),
                                new PlacesProperties(5, 6, 7, 8, 9)));
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
        "body-rate,0B",
        "places.services,-1",
        "places.callbacks,-1",
        "places.logs,-1",
        "places.clients,-1",
        "places.peer-percent,0",
        "places.peer-percent,101"
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

    private static Map.Entry<String, String> entry(String key, String value) {
        return Map.entry("kohakku.http." + key, value);
    }

    private static HttpProperties bound(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("kohakku.http", HttpProperties.class);
    }
}
