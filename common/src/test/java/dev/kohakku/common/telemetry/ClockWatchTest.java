package dev.kohakku.common.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class ClockWatchTest {

    private static final Instant NOW = Instant.parse("2027-03-01T12:00:00Z");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ClockWatch watch = new ClockWatch("Postgres", meters);

    @Test
    void nothingIsKnownBeforeTheFirstLook() {
        assertThat(watch.obstacle()).isEmpty();
        assertThat(gauge()).isNaN();
    }

    @Test
    void aClockThatIsAheadIsWarnedOfOnceUntilItAgreesAgain(CapturedOutput output) {
        ahead(Duration.ofMillis(2_500));
        ahead(Duration.ofMillis(2_600));

        assertThat(watch.obstacle())
                .contains(
                        "This machine's clock is 2.6 s ahead of that of Postgres; at most 2 s are"
                                + " allowed.");
        assertThat(gauge()).isEqualTo(2.6);
        assertThat(output.getOut().split("ahead of that of Postgres", -1)).hasSize(2);

        // Near the limit it would begin and end in turn.
        ahead(Duration.ofMillis(1_900));
        assertThat(watch.obstacle()).isPresent();
        ahead(Duration.ofMillis(900));
        assertThat(watch.obstacle()).isEmpty();
        assertThat(output).contains("agrees with that of Postgres again");
    }

    @Test
    void aClockMayBeBehindToo() {
        ahead(Duration.ofSeconds(-3));

        assertThat(watch.obstacle())
                .hasValueSatisfying(text -> assertThat(text).contains("3.0 s behind"));
        assertThat(gauge()).isEqualTo(-3);
    }

    @Test
    void whatWasOnTheWayIsAllowedFor() {
        // Between 1.4 and 2.6 s.
        watch.compared(NOW, NOW.minusMillis(1_400), Duration.ZERO, NOW.plusMillis(1_200));

        assertThat(watch.obstacle()).isEmpty();
        assertThat(gauge()).isEqualTo(2);
    }

    @Test
    void aClockReadInSecondsIsInTheMiddleOfIts() {
        watch.compared(NOW, NOW.minusSeconds(1), Duration.ofSeconds(1), NOW);

        assertThat(gauge()).isEqualTo(0.5);
    }

    @Test
    void anAnswerThatTookLongSaysNothing() {
        ahead(Duration.ZERO);
        watch.compared(NOW, NOW.minusSeconds(60), Duration.ZERO, NOW.plusSeconds(5));

        assertThat(gauge()).isZero();
        assertThat(watch.obstacle()).isEmpty();
    }

    private void ahead(Duration by) {
        watch.compared(NOW, NOW.minus(by), Duration.ZERO, NOW);
    }

    private double gauge() {
        return meters.get(Metrics.CLOCK_OFFSET).gauge().value();
    }
}
