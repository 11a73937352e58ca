package dev.kohakku.controller.rescue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.time.TestingClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SteadyWatchTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final TestingClock clock = new TestingClock();
    private final SteadyWatch watch = new SteadyWatch(clock, Duration.ofSeconds(10));

    @Test
    void itLastsFromTheFirstLook() {
        lookForAMinute();
        assertThat(watch.hasLasted(MINUTE)).isTrue();
    }

    @Test
    void looksThatFailDoNotCount() {
        lookForAMinute();
        for (var second = 0; second < 15; second += 5) {
            // why without looked(): the database did not answer.
            watch.hasLasted(MINUTE);
            clock.advance(Duration.ofSeconds(5));
        }
        assertThat(watch.hasLasted(MINUTE)).isFalse();
    }

    private void lookForAMinute() {
        for (var second = 0; second < 60; second += 5) {
            assertThat(watch.hasLasted(MINUTE)).isFalse();
            watch.looked();
            clock.advance(Duration.ofSeconds(5));
        }
    }
}
