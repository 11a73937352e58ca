package dev.kohakku.controller.leak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class LeakPropertiesTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void whatIsNotSetHasItsDefault() {
        assertThat(bound(Map.of()))
                .isEqualTo(
                        new LeakProperties(
                                Duration.ofSeconds(30), MINUTE, Duration.ofDays(1), false));
    }

    @Test
    void everyKeyIsRead() {
        assertThat(
                        bound(
                                Map.of(
                                        "kohakku.leak.report-after", "1s",
                                        "kohakku.leak.destroy-after", "2s",
                                        "kohakku.leak.unknown-grace", "3s",
                                        "kohakku.leak.dry-run", "true")))
                .isEqualTo(
                        new LeakProperties(
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3),
                                true));
    }

    @Test
    void nothingIsDestroyedBeforeItIsReportedNorTheUnknownBeforeTheKnown() {
        refused(MINUTE, Duration.ofSeconds(59), MINUTE, "destroy-after", "report-after");
        refused(Duration.ofSeconds(-1), MINUTE, MINUTE, "destroy-after", "report-after");
        refused(MINUTE, MINUTE, Duration.ofSeconds(59), "unknown-grace", "destroy-after");
    }

    private static void refused(
            Duration report, Duration destroy, Duration unknown, String... keys) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LeakProperties(report, destroy, unknown, false))
                .withMessageContainingAll(keys);
    }

    private static LeakProperties bound(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("kohakku.leak", LeakProperties.class);
    }
}
