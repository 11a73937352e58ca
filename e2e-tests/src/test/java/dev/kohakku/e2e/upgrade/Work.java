package dev.kohakku.e2e.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.e2e.race.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What goes on while services are replaced: tasks that run, wait for a slot, are being cancelled,
 * or are on their second attempt, and workflows. Each run writes down itself that it ran.
 */
final class Work {

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final Client client;
    private final Path runs;
    private final Map<String, String> ends = new HashMap<>();
    private final List<String> workflows = new ArrayList<>();

    /**
     * @param runs the file that each run adds a line to
     */
    Work(Client client, Path runs) {
        this.client = client;
        this.runs = runs;
    }

    /** Some of everything; returns once it is under way, with cancels in the middle. */
    void begin() throws InterruptedException {
        var running = List.of(submit("sleep 20", 1), submit("sleep 20", 1));
        var stubborn = List.of(submit("trap '' TERM; sleep 15", 1), submit("sleep 600", 1));
        // why once: an exit code is the program's own and no reason for another attempt.
        ends.put(submit("sleep 5; exit 3", 3), "FAILED");
        workflows.add(
                client.create(
                        "/api/v1/workflow-instances",
                        Map.of(
                                "workflow",
                                "SingleDispatch",
                                "input",
                                Map.of("task", task("sleep 10", 1)))));
        running.forEach(task -> awaitState(task, "RUNNING"));
        for (var task : stubborn) {
            awaitState(task, "RUNNING");
            client.cancel(task);
            ends.put(task, "CANCELLED");
        }
        more(8);
    }

    /** Tasks that end soon once they have a slot. */
    void more(int number) throws InterruptedException {
        for (var i = 0; i < number; i++) {
            submit("sleep 1", 1);
        }
    }

    private String submit(String script, int mostAttempts) throws InterruptedException {
        var task = client.create("/api/v1/tasks", task(script, mostAttempts));
        ends.put(task, "COMPLETED");
        return task;
    }

    private Map<String, Object> task(String script, int mostAttempts) {
        var says = "echo \"$KOHAKKU_TASK_ID/$KOHAKKU_ATTEMPT\" >> " + runs + "\n";
        return Map.of(
                "name",
                "upgrade",
                "image",
                "none",
                "runtime_target",
                Map.of("type", "worker"),
                "max_attempts",
                mostAttempts,
                "command",
                List.of("sh", "-c", says + script));
    }

    private void awaitState(String task, String state) {
        await().alias("task " + task + " is " + state)
                .atMost(PATIENCE)
                .until(() ->
                        client.read("/api/v1/tasks/" + task).get("state").asString().equals(state));
    }

    /** Waits for every end: none is lost, none ran twice, each ended as it had to. */
    void endsWell(Records records) throws Exception {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(records.notEnded()).isEmpty());
        for (var workflow : workflows) {
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(client.read("/api/v1/workflow-instances/" + workflow))
                                    .asString()
                                    .contains("\"state\":\"COMPLETED\""));
        }
        System.out.println("attempts: " + records.ends());
        assertThat(records.tasks()).as("tasks there are").containsAll(ends.keySet());
        assertThat(records.tasks())
                .as("and one of each workflow")
                .hasSize(ends.size() + workflows.size());
        records.assertEachEndedOnce();
        for (var end : ends.entrySet()) {
            var task = client.read("/api/v1/tasks/" + end.getKey());
            assertThat(task.get("state").asString()).as("%s", task).isEqualTo(end.getValue());
            assertThat(task.get("attempt").asInt()).as("%s", task).isEqualTo(1);
        }
        assertRuns(records);
    }

    private void assertRuns(Records records) throws Exception {
        assertThat(ran())
                .as("attempts that ran twice")
                .allSatisfy((attempt, times) -> assertThat(times).isEqualTo(1));
        assertThat(ran().keySet())
                .as("what completed has run")
                .containsAll(records.completedAttempts());
    }

    private Map<String, Long> ran() throws IOException {
        try (var lines = Files.lines(runs)) {
            return lines.collect(Collectors.groupingBy(line -> line, Collectors.counting()));
        }
    }
}
