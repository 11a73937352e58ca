package dev.kohakku.workflow.singledispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.wire.workflow.SingleDispatch;
import dev.kohakku.common.wire.workflow.SingleDispatch.Phase;
import dev.kohakku.common.wire.workflow.TaskEnd;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.testing.TestWorkflowEnvironment;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SingleDispatchWorkflowTest {

    private static final String QUEUE = "test";

    private final FakeTasks tasks = new FakeTasks();
    private final String id = UUID.randomUUID().toString();
    private final String task = FakeTasks.taskOf(id);
    private TestWorkflowEnvironment temporal;
    private SingleDispatchWorkflow workflow;

    @BeforeEach
    void start() {
        temporal = TestWorkflowEnvironment.newInstance();
        var worker = temporal.newWorker(QUEUE);
        worker.registerWorkflowImplementationTypes(SingleDispatchWorkflowImpl.class);
        worker.registerActivitiesImplementations(tasks);
        temporal.start();
        workflow =
                temporal.getWorkflowClient()
                        .newWorkflowStub(
                                SingleDispatchWorkflow.class,
                                WorkflowOptions.newBuilder()
                                        .setWorkflowId(id)
                                        .setTaskQueue(QUEUE)
                                        .build());
    }

    @AfterEach
    void stop() {
        temporal.close();
    }

    @Test
    void theSignalOfTheTasksEndEndsTheWorkflowWithoutALookUp() {
        begin();
        awaitPhase(Phase.AWAITING_END);
        assertThat(workflow.status().taskId()).isEqualTo(task);

        workflow.taskEnded(FakeTasks.end(task, "FAILED", 3));

        assertThat(result()).isEqualTo(FakeTasks.end(task, "FAILED", 3));
        assertThat(tasks.calls).containsExactly("create busybox");
        assertThat(workflow.status().phase()).isEqualTo(Phase.ENDED);
    }

    @Test
    void theEndOfAnotherTaskChangesNothing() {
        begin();
        awaitPhase(Phase.AWAITING_END);

        workflow.taskEnded(FakeTasks.end("another", "COMPLETED", 0));
        workflow.taskEnded(FakeTasks.end(task, "COMPLETED", 7));
        workflow.taskEnded(FakeTasks.end(task, "FAILED", 1));

        assertThat(result().exitCode()).isEqualTo(7);
    }

    @Test
    void anEndThatIsSignalledBeforeTheCreationIsAnsweredIsNotLost() {
        tasks.whileCreating = () -> workflow.taskEnded(FakeTasks.end(task, "COMPLETED", 0));

        begin();

        assertThat(result().state()).isEqualTo("COMPLETED");
        assertThat(tasks.calls).containsExactly("create busybox");
    }

    @Test
    void aTaskThatHadEndedBeforeTheWorkflowBeganAgainEndsItAtOnce() {
        tasks.ends.put(task, FakeTasks.end(task, "TIMED_OUT", 137));

        begin();

        assertThat(result().state()).isEqualTo("TIMED_OUT");
        assertThat(tasks.calls).containsExactly("create busybox");
    }

    @Test
    void aSignalThatNeverComesIsMadeUpForByALookUpEveryFiveMinutes() {
        begin();
        awaitPhase(Phase.AWAITING_END);
        temporal.sleep(Duration.ofMinutes(6));
        assertThat(tasks.calls).containsExactly("create busybox", "look up");
        tasks.ends.put(task, FakeTasks.end(task, "COMPLETED", 0));

        temporal.sleep(Duration.ofMinutes(5));

        assertThat(result().state()).isEqualTo("COMPLETED");
        assertThat(tasks.calls).containsExactly("create busybox", "look up", "look up");
    }

    @Test
    void aControllerThatIsAwayOnlyDelays() {
        tasks.failuresOfCreate.set(3);
        begin();

        awaitPhase(Phase.AWAITING_END);

        assertThat(tasks.calls).hasSize(4);
    }

    @Test
    void aRefusedTaskFailsTheWorkflowWithTheWordsOfTheController() {
        tasks.refusal = "image: cannot be read";
        begin();

        assertThatThrownBy(this::result)
                .isInstanceOf(WorkflowFailedException.class)
                .rootCause()
                .isInstanceOfSatisfying(
                        ApplicationFailure.class,
                        failure ->
                                assertThat(failure.getOriginalMessage())
                                        .isEqualTo("image: cannot be read"));
        assertThat(tasks.calls).hasSize(1);
    }

    @Test
    void aCancellationCancelsTheTaskAndAwaitsItsEnd() {
        begin();
        awaitPhase(Phase.AWAITING_END);

        WorkflowStub.fromTyped(workflow).cancel();

        assertThatThrownBy(this::result).hasCauseInstanceOf(CanceledFailure.class);
        assertThat(tasks.calls).startsWith("create busybox", "cancel");
    }

    @Test
    void aCancellationDuringTheCreationLeavesNoTaskBehind() {
        tasks.whileCreating = () -> WorkflowStub.fromTyped(workflow).cancel();

        begin();

        assertThatThrownBy(this::result).hasCauseInstanceOf(CanceledFailure.class);
        assertThat(tasks.calls).startsWith("create busybox", "cancel");
    }

    @Test
    void aTaskThatEndsBeforeItsCancellationReachesItEndsTheCancelledWorkflow() {
        tasks.stateAfterCancel = "COMPLETED";
        begin();
        awaitPhase(Phase.AWAITING_END);

        WorkflowStub.fromTyped(workflow).cancel();

        assertThatThrownBy(this::result).hasCauseInstanceOf(CanceledFailure.class);
        assertThat(tasks.calls).startsWith("create busybox", "cancel");
    }

    private void begin() {
        var body = new HashMap<String, Object>();
        body.put("image", "busybox");
        body.put("callback_url", null);
        body.put("resources", Map.of("cpu", 0.5));
        WorkflowClient.start(workflow::run, new SingleDispatch.Input(body));
    }

    private void awaitPhase(Phase phase) {
        await().untilAsserted(() -> assertThat(workflow.status().phase()).isEqualTo(phase));
    }

    private TaskEnd result() {
        return WorkflowStub.fromTyped(workflow).getResult(TaskEnd.class);
    }
}
