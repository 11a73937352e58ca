package dev.kohakku.common.log;

import static dev.kohakku.common.log.TestingLines.err;
import static dev.kohakku.common.log.TestingLines.out;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogPositionTest {

    @Test
    void itsTextIsReadBack() {
        var position = new LogPosition(3, 20_000, 999_999_999_999_999_999L);

        assertThat(position).hasToString("3-20000-999999999999999999");
        assertThat(LogPosition.parse(position.toString())).isEqualTo(position);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1-2",
                "0-0-0",
                "1--1-0",
                "1-2-3-4",
                " 1-2-3",
                "a-b-c",
                "1-1234567890123456789-0",
                "9999999999-0-0"
            })
    void whatIsNoPositionIsRefused(String text) {
        assertThatThrownBy(() -> LogPosition.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("<attempt>-<stdout>-<stderr>");
    }

    @Test
    void eachStreamIsCountedByItself() {
        var position = LogPosition.startOf(1).after(out(1)).after(err(1)).after(out(2));

        assertThat(position).isEqualTo(new LogPosition(1, 2, 1));
        assertThat(position.isPast(out(2))).isTrue();
        assertThat(position.isPast(out(3))).isFalse();
        assertThat(position.isPast(err(2))).isFalse();
    }

    @Test
    void linesAreNumberedFromOne() {
        assertThatThrownBy(() -> out(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
