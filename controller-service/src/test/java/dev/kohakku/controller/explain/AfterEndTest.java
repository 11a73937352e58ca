package dev.kohakku.controller.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AfterEndTest {

    @ParameterizedTest
    @CsvSource({
        "FAILED, OUT_OF_MEMORY, 1, 3, a failure of this kind is not tried again",
        "FAILED, BACKEND_ERROR, 3, 3, max_attempts (3) is used up",
        "TIMED_OUT, START_TIMEOUT, 1, 1, max_attempts (1) is used up",
        "FAILED, INTERNAL, 1, 3, No other attempt was made."
    })
    void anEndSaysWhyNoOtherAttemptFollowed(
            TaskState state, FailureKind kind, int attempt, int most, String words) {
        var ended = endedOf(facts().attempt(attempt, most).ended(state, kind, "boom"));

        assertThat(ended.message()).isEqualTo("boom");
        assertThat(ended.attemptsLeft()).isEqualTo(most - attempt);
        assertThat(ended.advice()).startsWith(Advice.on(kind)).contains(words);
    }

    @Test
    void aDeadLetterIsNamedWithTheCallThatDoesItAgain() {
        var dead = facts().ended(TaskState.FAILED, FailureKind.DISPATCHER_LOST, "Lost");

        assertThat(endedOf(dead).advice())
                .endsWith(
                        "It is a dead letter: POST /api/v1/dead-letters/"
                                + dead.task().id()
                                + "/redrive submits it again.");
    }

    @Test
    void whatIsDoneAgainNamesTheTaskThatDoesIt() {
        var again = TaskId.parse("0190a5d0-0000-7000-8000-000000000002");
        var dead = facts().redrivenAs(again);

        assertThat(endedOf(dead.ended(TaskState.FAILED, FailureKind.INTERNAL, "boom")).advice())
                .endsWith("Task " + again + " does it again.")
                .doesNotContain("dead letter");
    }

    @Test
    void whatARedriveWouldRefuseIsNotAdvisedToBeRedriven() {
        var expired = facts().expired().ended(TaskState.FAILED, FailureKind.INTERNAL, "boom");
        var own = facts().ended(TaskState.FAILED, FailureKind.OUT_OF_MEMORY, "boom");
        var cancelled = facts().cancelled(null).ended(TaskState.FAILED, FailureKind.INTERNAL, "");

        assertThat(List.of(expired, own, cancelled))
                .allSatisfy(each -> assertThat(endedOf(each).advice()).doesNotContain("redrive"));
    }

    @Test
    void aFailureUnderACancelIsNotTriedAgainBecauseOfTheCancel() {
        var facts = facts().attempt(1, 3).cancelled(null);

        assertThat(endedOf(facts.ended(TaskState.FAILED, FailureKind.BACKEND_ERROR, null)).advice())
                .endsWith("it was being cancelled.");
    }

    @ParameterizedTest
    @CsvSource({"COMPLETED, It ended as COMPLETED", "CANCELLED, It was cancelled"})
    void whatEndedAsItShouldNeedsNoAdvice(TaskState state, String words) {
        var explained = Explainer.explain(facts().ended(state, null, null));

        assertThat(explained.waitingFor()).isNull();
        assertThat(explained.phase()).isEqualTo(Explanation.Phase.ENDED);
        assertThat(endedOf(facts().ended(state, null, null)))
                .isEqualTo(new Explanation.Ended(state, null, null, null, 0, words, null));
    }

    private static Explanation.Ended endedOf(Facts facts) {
        var ended = Explainer.explain(facts).ended();
        assertThat(ended).isNotNull();
        return ended;
    }

    private static TestingFacts facts() {
        return new TestingFacts();
    }
}
