package dev.kohakku.common.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobKeyTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "briefs/x/y.json", "a/.hidden", "a..b/c", "A_-.9/0"})
    void aNameOfSegmentsIsAKey(String name) {
        assertThat(new BlobKey(name)).hasToString(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "/a", "a/", "a//b", ".", "..", "a/../b", "a/./b", "../a", "a b", "ä", "a\n"
            })
    void whatCouldLeaveItsPlaceIsNoKey(String name) {
        assertThatThrownBy(() -> new BlobKey(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not an object key");
    }

    @ParameterizedTest
    @ValueSource(ints = {901, 100_000})
    void aKeyIsNotEndless(int length) {
        assertThatThrownBy(() -> new BlobKey("a".repeat(length)))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .hasSizeLessThan(300);
    }
}
