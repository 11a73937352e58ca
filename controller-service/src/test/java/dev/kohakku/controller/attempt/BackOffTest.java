package dev.kohakku.controller.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackOffTest {

    @ParameterizedTest
    @CsvSource({"1,1", "2,2", "3,4", "4,8", "5,16", "6,32", "7,60", "8,60", "1000,60"})
    void itDoublesUpToAMinuteWithAFifthOfJitter(int attempt, int seconds) {
        for (var seed = 0; seed < 50; seed++) {
            assertThat(BackOff.after(attempt, new Random(seed)))
                    .isBetween(
                            Duration.ofMillis(seconds * 800L), Duration.ofMillis(seconds * 1_200L));
        }
    }

    @Test
    void tasksThatFailedTogetherDoNotComeBackTogether() {
        var random = new Random(1);
        var pauses = Stream.generate(() -> BackOff.after(3, random)).limit(20).toList();

        assertThat(new HashSet<>(pauses)).hasSizeGreaterThan(10);
    }
}
