package dev.kohakku.workflow.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kohakku.workflow.testing.FakeController;
import io.micrometer.observation.ObservationRegistry;
import io.temporal.failure.ApplicationFailure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControllerTasksTest {

    private static final String PROBLEM = "application/problem+json";

    private final FakeController controller = new FakeController();
    private final ControllerTasks tasks =
            new ControllerTasks(controller.properties(), ObservationRegistry.NOOP);

    @AfterEach
    void stop() {
        controller.close();
    }

    @Test
    void aTaskIsCreatedWithTheWorkflowAsItsKeyAndLabel() {
        var body = new HashMap<String, Object>();
        body.put("image", "busybox");
        body.put("callback_url", null);
        body.put("labels", Map.of("team", "blue"));

        var created = tasks.createTask("wf-1", body);

        assertThat(created.taskId()).isEqualTo("task-1");
        assertThat(created.end()).isNull();
        var request = controller.requests("POST", "/api/v1/tasks").getFirst();
        assertThat(request.idempotencyKey()).isEqualTo("wf-1");
        assertThat(request.authorization()).isEqualTo("Bearer the-token");
        assertThat(request.body().toString())
                .contains("\"image\":\"busybox\"", "\"callback_url\":null", "\"team\":\"blue\"")
                .contains("\"kohakku.dev/workflow-instance\":\"wf-1\"");
    }

    @Test
    void creatingAgainAnswersTheSameTaskAndItsEndIfThereIsOne() {
        var first = tasks.createTask("wf-1", Map.of());
        controller.end(
                first.taskId(),
                Map.of(
                        "state",
                        "FAILED",
                        "exit_code",
                        3,
                        "failure",
                        Map.of("kind", "EXIT_CODE", "fault", "user", "retryable", false),
                        "error_message",
                        "exited with 3",
                        "result_key",
                        "results/x",
                        "result_metadata",
                        Map.of("lines", List.of(1, 2))));

        var again = tasks.createTask("wf-1", Map.of());

        assertThat(again.taskId()).isEqualTo(first.taskId());
        var end = again.end();
        assertThat(end).isNotNull();
        assertThat(end.state()).isEqualTo("FAILED");
        assertThat(end.exitCode()).isEqualTo(3);
        assertThat(end.failureKind()).isEqualTo("EXIT_CODE");
        assertThat(end.errorMessage()).isEqualTo("exited with 3");
        assertThat(end.resultKey()).isEqualTo("results/x");
        assertThat(end.resultMetadata()).isEqualTo(Map.of("lines", List.of(1, 2)));
    }

    @Test
    void aRefusalIsFinalAndSaysWhatTheControllerSaid() {
        controller.answerNext(
                400,
                PROBLEM,
                """
                {"type":"https://kohakku.dev/problems/invalid-request","detail":"image: cannot be read (and 1 more, see errors)",
                 "errors":[{"field":"image","message":"cannot be read"},{"field":"ports","message":"is a list"}]}
                """);

        assertThatThrownBy(() -> tasks.createTask("wf-1", Map.of("image", ":")))
                .isInstanceOfSatisfying(
                        ApplicationFailure.class,
                        failure -> {
                            assertThat(failure.isNonRetryable()).isTrue();
                            assertThat(failure.getType()).isEqualTo(TaskActivities.REFUSED);
                            assertThat(failure.getOriginalMessage())
                                    .isEqualTo(
                                            "image: cannot be read (and 1 more, see errors); ports:"
                                                    + " is a list");
                        });
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 408, 429, 500, 503})
    void anAnswerThatIsNotAboutTheRequestIsTriedAgain(int status) {
        controller.answerNext(status, PROBLEM, "{\"detail\":\"not now\"}");

        assertThatThrownBy(() -> tasks.createTask("wf-1", Map.of()))
                .isNotInstanceOf(ApplicationFailure.class)
                .hasMessageContaining(String.valueOf(status))
                .hasMessageContaining("not now");
    }

    @Test
    void aRefusalBySomethingInBetweenIsTriedAgain() {
        controller.answerNext(404, "text/html", "<h1>Not Found</h1>");

        assertThatThrownBy(() -> tasks.createTask("wf-1", Map.of()))
                .isNotInstanceOf(ApplicationFailure.class)
                .hasMessageContaining("404");
    }

    @Test
    void aControllerThatIsAwayIsTriedAgain() {
        controller.close();

        assertThatThrownBy(() -> tasks.lookUpTask("task-1"))
                .isNotInstanceOf(ApplicationFailure.class);
    }

    @Test
    void cancellingATaskThatHasEndedIsFine() {
        var task = tasks.createTask("wf-1", Map.of()).taskId();
        controller.end(task, Map.of("state", "COMPLETED", "exit_code", 0));

        tasks.cancelTask(task);

        assertThat(tasks.lookUpTask(task)).satisfies(end -> assertThat(end.exitCode()).isZero());
        assertThat(controller.requests("POST", "/api/v1/tasks/" + task + "/cancel")).hasSize(1);
    }

    @Test
    void cancellingAnUnknownTaskIsRefusedForGood() {
        assertThatThrownBy(() -> tasks.cancelTask("nobody"))
                .isInstanceOfSatisfying(
                        ApplicationFailure.class,
                        failure -> assertThat(failure.isNonRetryable()).isTrue());
    }

    @Test
    void labelsThatAreNoObjectAreLeftForTheControllerToRefuse() {
        tasks.createTask("wf-1", Map.of("labels", "blue"));

        assertThat(controller.requests("POST", "/api/v1/tasks").getFirst().body().toString())
                .isEqualTo("{\"labels\":\"blue\"}");
    }
}
