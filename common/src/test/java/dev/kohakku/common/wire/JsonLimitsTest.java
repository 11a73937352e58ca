package dev.kohakku.common.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;

class JsonLimitsTest {

    @Test
    void moreTokensThanMayBeAreRefusedInWordsWithoutTheReadersSettings() {
        var json = JsonLimits.builder().build();
        var brackets = JsonLimits.MOST_TOKENS / 2 - 1;

        assertThat(json.readTree("[" + "[],".repeat(brackets - 1) + "[]]").size())
                .isEqualTo(brackets);
        var refused =
                catchThrowableOfType(
                        JacksonException.class,
                        () -> json.readTree("[" + "[],".repeat(brackets) + "[]]"));

        assertThat(JsonLimits.words(refused))
                .contains("exceeds the maximum allowed (200000)")
                .doesNotContain("`");
    }
}
