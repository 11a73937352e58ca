package dev.kohakku.controller.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ReplicaPropertiesTest {

    private static ReplicaProperties of(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("kohakku.replicas", ReplicaProperties.class);
    }

    @Test
    void defaults() {
        assertThat(of(Map.of()))
                .isEqualTo(
                        new ReplicaProperties(
                                List.of(), Duration.ofSeconds(10), Duration.ofSeconds(1), 6));
    }

    @Test
    void everyKeyIsMappedAndBlankUrlsAreNone() {
        assertThat(
                        of(
                                Map.of(
                                        "kohakku.replicas.urls", " db2:5432/kohakku, ,db3 ",
                                        "kohakku.replicas.most-lag", "10m",
                                        "kohakku.replicas.check-every", "100ms",
                                        "kohakku.replicas.pool-size", "3")))
                .isEqualTo(
                        new ReplicaProperties(
                                List.of("db2:5432/kohakku", "db3"),
                                Duration.ofMinutes(10),
                                Duration.ofMillis(100),
                                3));
    }

    @ParameterizedTest
    @CsvSource({
        "10s, 99ms, kohakku.replicas.check-every must be at least 100ms",
        "900ms, 1s, kohakku.replicas.most-lag",
        "-1s, 1s, kohakku.replicas.most-lag",
        "0s, 1s, kohakku.replicas.most-lag",
        "11m, 1s, kohakku.replicas.most-lag must be at most PT10M"
    })
    void whatMakesNoSenseIsRefused(String mostLag, String checkEvery, String words) {
        var values =
                Map.of(
                        "kohakku.replicas.most-lag", mostLag,
                        "kohakku.replicas.check-every", checkEvery);

        assertThatThrownBy(() -> of(values)).rootCause().hasMessageContaining(words);
    }

    @Test
    void passwordsInUrlsAreNotPrinted() {
        assertThat(
                        of(Map.of("kohakku.replicas.urls", "jdbc:postgresql://h/d?password=secret"))
                                .toString())
                .doesNotContain("secret");
    }
}
