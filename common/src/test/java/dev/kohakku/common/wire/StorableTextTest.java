package dev.kohakku.common.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StorableTextTest {

    @Test
    void everyCharacterButNulAndHalvesOfPairsIsFine() {
        assertThat(StorableText.faultOf("")).isNull();
        assertThat(StorableText.faultOf("é \uD83D\uDC33 \u0001\n")).isNull();
        assertThat(StorableText.faultOf("a\0b")).contains("NUL");
        assertThat(StorableText.faultOf("a\uD83D")).contains("half of a surrogate pair");
        assertThat(StorableText.faultOf("\uDC33a")).contains("half of a surrogate pair");
    }

    @Test
    void whatCannotBeKeptIsReplacedAndTheRestStays() {
        assertThat(StorableText.mended("a\0b\uD83Dc\uD83D\uDC33", 100))
                .isEqualTo("a\uFFFDb\uFFFDc\uD83D\uDC33");
    }

    @Test
    void whatIsTooLongIsCutBetweenCharacters() {
        assertThat(StorableText.mended("abcd", 4)).isEqualTo("abcd");
        assertThat(StorableText.mended("abcde", 4)).isEqualTo("abc…");
        assertThat(StorableText.mended("ab\uD83D\uDC33de", 4)).isEqualTo("ab…");
    }
}
