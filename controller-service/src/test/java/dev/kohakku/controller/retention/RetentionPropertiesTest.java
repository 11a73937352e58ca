package dev.kohakku.controller.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kohakku.common.task.TaskState;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class RetentionPropertiesTest {

    @Test
    void everythingIsKeptByDefault() {
        var properties = bound(Map.of());

        assertThat(properties).isEqualTo(new RetentionProperties(Duration.ZERO, Duration.ZERO));
    }

    @Test
    void eachStateHasItsTime() {
        var properties =
                bound(
                        Map.of(
                                "kohakku.retention.completed", "7d",
                                "kohakku.retention.failed", "90d"));

        assertThat(properties.of(TaskState.COMPLETED)).isEqualTo(Duration.ofDays(7));
        assertThat(properties.of(TaskState.CANCELLED)).isEqualTo(Duration.ofDays(7));
        assertThat(properties.of(TaskState.FAILED)).isEqualTo(Duration.ofDays(90));
        assertThat(properties.of(TaskState.TIMED_OUT)).isEqualTo(Duration.ofDays(90));
        assertThatThrownBy(() -> properties.of(TaskState.RUNNING))
                .hasMessage("RUNNING is not terminal");
    }

    @Test
    void lessThanAnHourIsRefused() {
        assertThatThrownBy(() -> new RetentionProperties(Duration.ofMinutes(59), Duration.ZERO))
                .hasMessageContaining("kohakku.retention.completed must be at least 1h")
                .hasMessageContaining("PT59M");
        assertThatThrownBy(() -> new RetentionProperties(Duration.ZERO, Duration.ofDays(-1)))
                .hasMessageContaining("kohakku.retention.failed must be at least 1h");
    }

    private static RetentionProperties bound(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("kohakku.retention", RetentionProperties.class);
    }
}
