package dev.kohakku.standalone.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * A task of the platform itself: dispatched, followed and reported to the person at the terminal.
 */
public final class Sample {

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Set<String> TERMINAL =
            Set.of("COMPLETED", "FAILED", "TIMED_OUT", "CANCELLED");

    private static final String COUNT =
            """
            for i in 1 2 3; do echo "working: step $i of 3"; sleep 0.3; done
            """;

    /** The protocol of agents in a shell: check in, report progress, check back. */
    private static final String AGENT =
            """
            call() { wget -q -O - --header "X-Agent-Key: $KOHAKKU_AGENT_KEY" --header "Content-Type: application/json" --post-data "$2" "$KOHAKKU_DISPATCHER_URL/agent/$1" >/dev/null; }
            echo "checking in for task $KOHAKKU_TASK_ID, attempt $KOHAKKU_ATTEMPT"
            call checkin '{}' || exit 11
            for i in 1 2 3; do
                echo "working: step $i of 3"
                call progress "{\\"percent\\": $((i * 33)), \\"message\\": \\"step $i of 3\\"}" || exit 12
                sleep 0.3
            done
            call checkback '{"status": "completed", "result_metadata": {"greeting": "hello from a container"}}' || exit 13
            echo "checked back"
            """;

    private final ControllerClient controller;
    private final Consumer<String> console;

    /**
     * @param url of the Controller
     * @param console gets a line for each thing worth telling
     */
    public Sample(HttpClient http, String url, String token, Consumer<String> console) {
        this.controller = new ControllerClient(http, url, token);
        this.console = console;
    }

    /** Blocks until the sample has ended; answers whether it completed. */
    public boolean completes(Optional<DockerEngine> engine) throws InterruptedException {
        try {
            var id = controller.submit(body(engine));
            console.accept("Sample task " + id + " is accepted");
            var log = Thread.ofPlatform().daemon().name("sample-log").start(() -> follow(id));
            var end = awaitEnd(id);
            log.join(Duration.ofSeconds(5));
            return report(end);
        } catch (IOException e) {
            console.accept("The sample did not come to its end: " + e.getMessage());
            return false;
        }
    }

    private Map<String, Object> body(Optional<DockerEngine> engine) {
        var body = new LinkedHashMap<String, Object>();
        body.put("name", "sample");
        body.put("timeout_seconds", 120);
        body.put("labels", Map.of("sample", "true"));
        var image = engine.flatMap(this::image);
        body.put("image", image.map(SampleImage::name).orElse("none"));
        body.put("runtime_target", Map.of("type", image.isPresent() ? "local" : "worker"));
        boolean agent = image.isPresent() && image.get().wget();
        body.put("completion", agent ? "agent" : "exit_code");
        body.put("command", List.of("sh", "-c", agent ? AGENT : COUNT));
        console.accept(
                image.map(made ->
                                "The sample runs on Docker in "
                                        + made.name()
                                        + " ("
                                        + made.origin()
                                        + ")")
                        .orElse(
                                "The sample runs as a subprocess"
                                        + (engine.isPresent()
                                                ? ""
                                                : ": no Docker engine answers")));
        return body;
    }

    private Optional<SampleImage> image(DockerEngine engine) {
        try {
            return Optional.of(SampleImage.in(engine));
        } catch (IOException e) {
            console.accept("There is no image for a sample on Docker: " + e.getMessage());
            return Optional.empty();
        }
    }

    private void follow(String id) {
        try {
            controller.follow(id, line -> console.accept("  log | " + line));
        } catch (IOException | UncheckedIOException e) {
            console.accept("The log cannot be followed: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private JsonNode awaitEnd(String id) throws IOException, InterruptedException {
        int told = 0;
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < end) {
            var task = controller.task(id);
            // After the state: the events of the last move are then there.
            var events = controller.events(id);
            events.stream().skip(told).forEach(event -> console.accept("  " + sentence(event)));
            told = events.size();
            if (TERMINAL.contains(task.path("state").asString())) {
                return task;
            }
            TimeUnit.MILLISECONDS.sleep(150);
        }
        throw new IOException(
                "it has not ended within "
                        + LIMIT.toMinutes()
                        + " minutes; see GET /api/v1/tasks/"
                        + id
                        + "/events");
    }

    private static String sentence(JsonNode event) {
        var text = new StringBuilder(event.path("type").asString(""));
        var state = event.path("to_state").asString("");
        if (!state.isEmpty()) {
            text.append(" -> ").append(state);
        }
        var message = event.path("message").asString("");
        return message.isEmpty() ? text.toString() : text.append(": ").append(message).toString();
    }

    private boolean report(JsonNode task) {
        var state = task.path("state").asString();
        var exit = task.path("exit_code").asString("");
        console.accept("Sample " + state + (exit.isEmpty() ? "" : " with exit code " + exit));
        if (task.path("result_metadata").size() > 0) {
            console.accept("  result | " + task.path("result_metadata"));
        }
        if (!task.path("error_message").asString("").isEmpty()) {
            console.accept("  error | " + task.path("error_message").asString());
        }
        return state.equals("COMPLETED");
    }
}
