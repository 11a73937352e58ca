package dev.kohakku.e2e;

import static dev.kohakku.e2e.TaskBodies.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A task goes in by REST, runs in a container, and comes back. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TasksOnDockerE2E {

    @TempDir private static Path home;

    private Engine engine;
    private Stack stack;
    private Api api;

    @BeforeAll
    void start() throws Exception {
        engine = Engine.reachable();
        stack = Stack.started(home, Map.of());
        api = stack.api();
    }

    @AfterAll
    void stop() throws IOException {
        if (stack != null) {
            stack.close();
            assertThat(engine.containersOf(stack.installation())).as("containers left").isEmpty();
        }
        if (engine != null) {
            engine.close();
        }
    }

    @Test
    void twentyTasksAtOnceEachEndAsTheyShould() throws Exception {
        var echoes = new ArrayList<String>();
        for (var i = 0; i < 12; i++) {
            echoes.add(api.submit(shell("echo hello " + i)));
        }
        var failing = api.submit(shell("echo to stderr >&2; exit 3"));
        var slow = api.submit(shell("sleep 60", Map.of("timeout_seconds", 2)));
        var hungry =
                api.submit(
                        shell(
                                "dd if=/dev/zero of=/dev/null bs=200M count=1",
                                Map.of("resources", Map.of("memory", "64Mi"))));
        var talkative = api.submit(shell("seq 1 19999; printf last-without-newline"));
        var agent = api.submit(TaskBodies.agent());
        var missing =
                api.submit(shell("true", Map.of("image", "localhost:1/kohakku/no-such-image:1")));
        var signalled = api.submit(shell("sh -c 'kill -9 $$'; exit $?"));
        var running = api.submit(shell("echo started; sleep 300"));

        for (var i = 0; i < echoes.size(); i++) {
            assertEnd(api.awaitEnd(echoes.get(i)), "COMPLETED", null);
            assertThat(api.logs(echoes.get(i))).isEqualTo("hello " + i + "\n");
        }
        assertEnd(api.awaitEnd(failing), "FAILED", "EXIT_CODE");
        assertThat(api.task(failing).get("exit_code").asInt()).isEqualTo(3);
        assertEnd(api.awaitEnd(slow), "TIMED_OUT", "RUN_TIMEOUT");
        assertEnd(api.awaitEnd(hungry), "FAILED", "OUT_OF_MEMORY");
        assertEnd(api.awaitEnd(talkative), "COMPLETED", null);
        assertThat(api.logs(talkative).lines())
                .hasSize(20_000)
                .last()
                .isEqualTo("last-without-newline");
        assertEnd(api.awaitEnd(agent), "COMPLETED", null);
        assertThat(api.task(agent).at("/result_metadata/answer").asInt()).isEqualTo(42);
        assertEnd(api.awaitEnd(missing), "FAILED", "IMAGE_NOT_FOUND");
        assertThat(api.task(api.awaitEnd(signalled).get("id").asString()).get("exit_code").asInt())
                .isEqualTo(137);
        cancelRunning(running);
    }

    private void cancelRunning(String task) throws Exception {
        api.awaitState(task, "RUNNING");
        assertThat(engine.stateOf(task, 1)).isEqualTo("running");
        assertThat(api.call("POST", "/api/v1/tasks/" + task + "/cancel", null).statusCode())
                .isEqualTo(202);
        assertEnd(api.awaitEnd(task), "CANCELLED", null);
        await().atMost(Duration.ofSeconds(10)).until(() -> engine.stateOf(task, 1).equals("none"));
    }

    @Test
    void aLogIsFollowedLiveAndResumedWithoutLossOrRepetition() throws Exception {
        var task = api.submit(shell("for i in $(seq 1 30); do echo line $i; sleep 0.1; done"));

        var all = lines(api.follow(task, null));
        var events = api.follow(task, null);
        var tenth =
                events.stream()
                        .filter(line -> line.startsWith("id:"))
                        .toList()
                        .get(9)
                        .substring(3)
                        .strip();
        var rest = lines(api.follow(task, tenth));

        assertThat(all).hasSize(30);
        assertThat(rest).isEqualTo(all.subList(10, 30));
    }

    private static List<String> lines(List<String> events) {
        var lines = new ArrayList<String>();
        for (var i = 0; i < events.size(); i++) {
            if (events.get(i).startsWith("data:") && events.get(i).contains("\"number\"")) {
                lines.add(events.get(i));
            }
        }
        return lines;
    }

    @Test
    void aTargetThatNoRegisteredDispatcherServesIsRefusedAtOnce() throws Exception {
        var refused =
                api.call(
                        "POST",
                        "/api/v1/tasks",
                        shell("true", Map.of("runtime_target", Map.of("type", "ecs"))));

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("problems/target-unknown", "'ecs'");
    }

    @Test
    void aDispatcherKilledInTheMiddleTakesItsContainerUpAgainWithoutARestart() throws Exception {
        var task = api.submit(shell("echo run; sleep 20; echo end"));
        api.awaitState(task, "RUNNING");
        var before = engine.identityOf(task, 1);

        stack.kill("dispatcher");

        assertThat(engine.identityOf(task, 1)).isEqualTo(before);
        assertEnd(api.awaitEnd(task), "COMPLETED", null);
        assertThat(api.logs(task)).isEqualTo("run\nend\n");
        assertThat(api.task(task).get("attempt").asInt()).isEqualTo(1);
    }

    @Test
    void aControllerKilledInTheMiddleLosesNoTaskAndNoEnd() throws Exception {
        var tasks = new ArrayList<String>();
        for (var i = 0; i < 5; i++) {
            tasks.add(api.submit(shell("echo run; sleep " + (1 + 3 * i))));
        }

        stack.kill("controller");

        for (var task : tasks) {
            assertEnd(api.awaitEnd(task), "COMPLETED", null);
            assertThat(api.logs(task)).isEqualTo("run\n");
        }
    }

    @Test
    void aWorkflowDispatchesItsTaskAndSurvivesItsWorker() throws Exception {
        var body =
                "{\"workflow\": \"SingleDispatch\", \"input\": {\"task\": "
                        + shell("sleep 5; echo done")
                        + "}}";
        var created = api.call("POST", "/api/v1/workflow-instances", body);
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        var id = created.body().replaceAll(".*\"id\":\"([^\"]+)\".*", "$1");
        await().atMost(Duration.ofSeconds(60))
                .until(() ->
                        !api.read("/api/v1/workflow-instances/" + id).path("task_ids").isEmpty());

        stack.kill("workflow-worker");

        await().atMost(Duration.ofSeconds(120))
                .until(() ->
                        api.read("/api/v1/workflow-instances/" + id)
                                .get("state")
                                .asString()
                                .equals("COMPLETED"));
    }

    private static void assertEnd(JsonNode task, String state, String failureKind) {
        assertThat(task.get("state").asString()).as(task.toString()).isEqualTo(state);
        if (failureKind != null) {
            assertThat(task.at("/failure/kind").asString())
                    .as(task.toString())
                    .isEqualTo(failureKind);
        }
    }
}
