package dev.kohakku.controller.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.FailureKind;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdviceTest {

    @ParameterizedTest
    @EnumSource
    void everyFailureHasOneSentenceThatSaysWhatToDo(FailureKind kind) {
        assertThat(Advice.on(kind)).matches("[A-Z][^\\n]{20,200}\\.").doesNotContain(". ");
    }

    @Test
    void noTwoFailuresHaveTheSameAdvice() {
        assertThat(Arrays.stream(FailureKind.values()).map(Advice::on)).doesNotHaveDuplicates();
    }
}
