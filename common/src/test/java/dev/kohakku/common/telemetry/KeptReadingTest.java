package dev.kohakku.common.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.time.TestingClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class KeptReadingTest {

    private final TestingClock clock = new TestingClock();
    private int readings;
    private boolean away;
    private final KeptReading<Integer> reading =
            new KeptReading<>("it", clock, Duration.ofSeconds(5), 0, this::read);

    private int read() {
        if (away) {
            throw new IllegalStateException("away");
        }
        return ++readings;
    }

    @Test
    void oneReadingServesForAWhile() {
        assertThat(reading.value()).isEqualTo(1);
        clock.advance(Duration.ofMillis(4_999));
        assertThat(reading.value()).isEqualTo(1);
        clock.advance(Duration.ofMillis(1));

        assertThat(reading.value()).isEqualTo(2);
    }

    @Test
    void itGoesOnServingWhileItsSourceFails() {
        reading.value();
        away = true;
        clock.advance(Duration.ofSeconds(5));
        assertThat(reading.value()).isEqualTo(1);
        away = false;
        assertThat(reading.value()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(5));

        assertThat(reading.value()).isEqualTo(2);
    }

    @Test
    void aSourceThatHasNeverAnsweredIsShownAsItsFirstValue() {
        away = true;

        assertThat(reading.value()).isZero();
    }

    @Test
    void aClockThatIsSetBackDoesNotKeepItForHours() {
        reading.value();
        clock.advance(Duration.ofHours(-1));

        assertThat(reading.value()).isEqualTo(2);
    }
}
