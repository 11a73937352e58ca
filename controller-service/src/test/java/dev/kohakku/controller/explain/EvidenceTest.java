package dev.kohakku.controller.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.TaskState;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EvidenceTest {

    @Test
    void onlyTheLastTenWordsAreShown() {
        var steps = new String[12];
        Arrays.setAll(steps, i -> "step-" + i);

        var facts = new TestingFacts().said(steps).owned(TaskState.RUNNING);
        var shown = Explainer.explain(facts).evidence();

        assertThat(shown).hasSize(10);
        assertThat(shown.getFirst().step()).isEqualTo("step-2");
        assertThat(shown.getLast().step()).isEqualTo("step-11");
    }
}
