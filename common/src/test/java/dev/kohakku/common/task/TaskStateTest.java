package dev.kohakku.common.task;

import static dev.kohakku.common.task.TaskState.CANCELLED;
import static dev.kohakku.common.task.TaskState.CANCELLING;
import static dev.kohakku.common.task.TaskState.COMPLETED;
import static dev.kohakku.common.task.TaskState.FAILED;
import static dev.kohakku.common.task.TaskState.PENDING;
import static dev.kohakku.common.task.TaskState.PROVISIONING;
import static dev.kohakku.common.task.TaskState.QUEUED;
import static dev.kohakku.common.task.TaskState.RUNNING;
import static dev.kohakku.common.task.TaskState.TIMED_OUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskStateTest {

    /** The table of the design, written down a second time on purpose. */
    private static final Map<TaskState, Set<TaskState>> MOVES =
            Map.of(
                    PENDING, Set.of(QUEUED, FAILED, CANCELLED, TIMED_OUT),
                    QUEUED, Set.of(PROVISIONING, FAILED, CANCELLED, TIMED_OUT),
                    PROVISIONING,
                            Set.of(RUNNING, PENDING, COMPLETED, FAILED, TIMED_OUT, CANCELLING),
                    RUNNING, Set.of(PENDING, COMPLETED, FAILED, TIMED_OUT, CANCELLING),
                    CANCELLING, Set.of(CANCELLED, COMPLETED, FAILED, TIMED_OUT),
                    COMPLETED, Set.of(),
                    FAILED, Set.of(),
                    TIMED_OUT, Set.of(),
                    CANCELLED, Set.of());

    @ParameterizedTest
    @EnumSource
    void aStateIsFollowedByWhatTheTableSays(TaskState state) {
        assertThat(state.next()).isEqualTo(MOVES.get(state));
    }

    @ParameterizedTest
    @EnumSource
    void theStatesBeforeAreTheOnesThatMayBeFollowedByIt(TaskState state) {
        for (var other : TaskState.values()) {
            assertThat(state.previous().contains(other)).isEqualTo(other.next().contains(state));
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyStateThatIsNotTheEndLeadsToOne(TaskState state) {
        assertThat(state.isTerminal()).isEqualTo(state.next().isEmpty());
        if (!state.isTerminal()) {
            assertThat(state.next()).contains(FAILED, TIMED_OUT);
        }
    }

    @Test
    void aContainerMayExistExactlyWhereADispatcherOwns() {
        assertThat(TaskState.values())
                .filteredOn(TaskState::isOwned)
                .containsExactly(PROVISIONING, RUNNING, CANCELLING);
    }

    @Test
    void anOutcomeAsksForATerminalState() {
        assertThat(new AttemptOutcome.Completed(0).state()).isEqualTo(COMPLETED);
        assertThat(new AttemptOutcome.Failed(FailureKind.EXIT_CODE, "3", 3).state())
                .isEqualTo(FAILED);
        assertThat(new AttemptOutcome.TimedOut(FailureKind.RUN_TIMEOUT, "2 s", null).state())
                .isEqualTo(TIMED_OUT);
        assertThat(new AttemptOutcome.Cancelled(null).state()).isEqualTo(CANCELLED);
    }

    @ParameterizedTest
    @EnumSource(names = {"EXIT_CODE", "IMAGE_NOT_FOUND", "OUT_OF_MEMORY", "EXPIRED"})
    void aRetryDoesNotHelpAgainstTheTasksOwnFaults(FailureKind kind) {
        assertThat(kind.isRetryable()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"BACKEND_ERROR", "DISPATCHER_LOST", "IMAGE_PULL_FAILED", "NO_CAPACITY"})
    void aRetryHelpsAgainstPassingFaults(FailureKind kind) {
        assertThat(kind.isRetryable()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1-1-1-1-1",
                "1234567-12345-1234-1234-123456789012",
                "018f0000-0000-7000-8000-00000000000g",
                "018f0000-0000-7000-8000-0000000000011"
            })
    void whatIsNoUuidIsNoTask(String text) {
        assertThatThrownBy(() -> TaskId.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a UUID");
    }

    @Test
    void anAttemptNamesItsContainer() {
        var attempt = new AttemptId(TaskId.parse("018F0000-0000-7000-8000-000000000001"), 2);

        assertThat(attempt).hasToString("018f0000-0000-7000-8000-000000000001/2");
        assertThat(attempt.containerName())
                .isEqualTo("kohakku-018f0000-0000-7000-8000-000000000001-2");
        assertThatThrownBy(() -> new AttemptId(attempt.task(), 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Epoch(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
