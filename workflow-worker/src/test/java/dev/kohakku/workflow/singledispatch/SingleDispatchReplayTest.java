package dev.kohakku.workflow.singledispatch;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kohakku.common.wire.workflow.SingleDispatch;
import dev.kohakku.common.wire.workflow.TaskEnd;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Replays histories recorded by {@link SingleDispatchHistories}. When this fails, workflows that
 * wait right now would fail after an upgrade: keep the old way behind {@code Workflow.getVersion}
 * and record another history beside these. Never record these again.
 */
class SingleDispatchReplayTest {

    @ParameterizedTest
    @ValueSource(strings = {"completed-by-signal", "completed-by-look-up", "cancelled", "refused"})
    void aHistoryOfTheFirstReleaseIsStillUnderstood(String history) {
        assertThatCode(() ->
                        WorkflowReplayer.replayWorkflowExecutionFromResource(
                                "histories/single-dispatch-1-" + history + ".json",
                                SingleDispatchWorkflowImpl.class))
                .doesNotThrowAnyException();
    }

    @Test
    void aChangedOrderOfStepsWouldBeNoticed() {
        assertThatThrownBy(() ->
                        WorkflowReplayer.replayWorkflowExecutionFromResource(
                                "histories/single-dispatch-1-completed-by-signal.json",
                                SleepsFirst.class))
                .hasMessageContaining("eplay");
    }

    /** What an incompatible change looks like. */
    public static class SleepsFirst extends SingleDispatchWorkflowImpl {

        @Override
        public TaskEnd run(SingleDispatch.Input input) {
            Workflow.sleep(Duration.ofSeconds(1));
            return super.run(input);
        }
    }
}
