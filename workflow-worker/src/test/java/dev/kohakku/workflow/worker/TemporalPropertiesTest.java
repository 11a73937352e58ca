package dev.kohakku.workflow.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TemporalPropertiesTest {

    private static TemporalProperties with(String deployment, String buildId) {
        return new TemporalProperties(
                "temporal:7233",
                "default",
                "kohakku",
                deployment,
                buildId,
                5,
                Duration.ofSeconds(2),
                Duration.ofSeconds(8));
    }

    @Test
    void workersHaveNoVersionUnlessBothNamesAreGiven() {
        assertThat(with("", "").isVersioned()).isFalse();
        assertThat(with("kohakku", "1.2.0").isVersioned()).isTrue();
        assertThatThrownBy(() -> with("kohakku", ""))
                .hasMessageContaining("TEMPORAL_DEPLOYMENT")
                .hasMessageContaining("TEMPORAL_BUILD_ID");
    }

    @Test
    void aDeploymentWhoseNameTemporalWouldCutAtTheDotIsRefused() {
        assertThatThrownBy(() -> with("kohakku.worker", "1"))
                .hasMessageContaining("TEMPORAL_DEPLOYMENT")
                .hasMessageContaining("kohakku.worker");
    }
}
