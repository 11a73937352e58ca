package dev.kohakku.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher: what survives a restart, what does not outlive it, and a second one on the same
 * home.
 */
class OneMachineE2E {

    private static final List<String> SERVICES =
            List.of("controller", "dispatcher", "workflow-worker", "postgres", "redis");

    private static final String SUBPROCESS =
            "{\"name\": \"p\", \"image\": \"none\", \"runtime_target\": {\"type\": \"worker\"},"
                    + " \"command\": [\"echo\", \"hello\"]}";

    @TempDir private Path home;

    @Test
    void tasksOutliveTheirPlatformAndProcessesDoNot() throws Exception {
        String task;
        List<ProcessHandle> processes;
        try (var stack = Stack.started(home, Map.of("RUNTIME_BACKEND", "worker"))) {
            task = stack.api().submit(SUBPROCESS);
            assertThat(stack.api().awaitEnd(task).get("state").asString()).isEqualTo("COMPLETED");
            processes = processesOf(stack);
        }
        assertThat(processes).noneMatch(ProcessHandle::isAlive);

        try (var again = Stack.started(home, Map.of("RUNTIME_BACKEND", "worker"))) {
            assertThat(again.api().task(task).get("state").asString()).isEqualTo("COMPLETED");
            assertThat(again.api().logs(task)).isEqualTo("hello\n");
            processes = processesOf(again);
            again.launcher().destroyForcibly();
            var orphans = processes;
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> orphans.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    @Test
    void aSecondLauncherOnTheSameHomeSaysSoAndDoesNoHarm() throws Exception {
        try (var stack = Stack.started(home, Map.of("RUNTIME_BACKEND", "worker"))) {
            var output = home.resolve("second.out");

            var second = stack.launch(output);

            assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(second.exitValue()).isEqualTo(1);
            assertThat(Files.readString(output)).contains(Long.toString(stack.launcher().pid()));
            var task = stack.api().submit(SUBPROCESS);
            assertThat(stack.api().awaitEnd(task).get("state").asString()).isEqualTo("COMPLETED");
        }
    }

    @Tag("several") // why apart: a dozen processes, for whom a busy machine has no room
    @Test
    void severalOfEachTakeTasksWhileOneAfterTheOtherIsKilled() throws Exception {
        var several =
                Map.of(
                        "RUNTIME_BACKEND", "worker",
                        "CONTROLLERS", "2",
                        "WORKERS", "1",
                        "DISPATCHERS", "2");
        try (var stack = Stack.started(home, several)) {
            var api = stack.api();
            var tasks = new ArrayList<String>();
            for (var victim : List.of("controller-1", "worker", "dispatcher-2", "controller-2")) {
                tasks.add(api.submit(SUBPROCESS));
                stack.kill(victim);
                tasks.add(api.submitWithPatience(SUBPROCESS));
            }
            for (var task : tasks) {
                assertThat(api.awaitEnd(task).get("state").asString()).isEqualTo("COMPLETED");
            }
        }
    }

    @Test
    void theSampleDecidesTheExitStatus() throws Exception {
        var stack = Stack.launched(home, Map.of("RUNTIME_BACKEND", "worker", "DEMO_EXIT", "1"));

        assertThat(stack.launcher().waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(stack.launcher().exitValue()).isZero();
    }

    private static List<ProcessHandle> processesOf(Stack stack) throws Exception {
        var processes = new ArrayList<ProcessHandle>();
        for (var service : SERVICES) {
            processes.add(stack.process(service));
        }
        assertThat(processes).allMatch(ProcessHandle::isAlive);
        return processes;
    }
}
