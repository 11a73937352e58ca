package dev.kohakku.controller.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FleetPropertiesTest {

    @Test
    void aLeaseShorterThanTwoHeartbeatsIsRefusedNamingBothKeys() {
        assertThatThrownBy(() -> new FleetProperties(Duration.ofSeconds(5), Duration.ofSeconds(9)))
                .hasMessageContaining("kohakku.fleet.lease")
                .hasMessageContaining("kohakku.fleet.heartbeat-every");
        assertThatThrownBy(() -> new FleetProperties(Duration.ZERO, Duration.ofSeconds(9)))
                .hasMessageContaining("longer than zero");
    }

    @Test
    void aGapOfTheApiIsShorterThanTheLeaseItWouldCost() {
        var defaults = new FleetProperties(Duration.ofSeconds(5), Duration.ofSeconds(15));

        assertThat(defaults.presenceGap()).isEqualTo(Duration.ofSeconds(10));
    }
}
