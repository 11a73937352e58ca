package dev.kohakku.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.blob.BlobKey;
import dev.kohakku.common.blob.BlobStore;
import dev.kohakku.common.brief.BriefRef;
import dev.kohakku.common.log.LogArchive;
import dev.kohakku.common.log.LogLine;
import dev.kohakku.common.log.LogPosition;
import dev.kohakku.common.queue.PoolStreams;
import dev.kohakku.common.queue.QueuedAttempt;
import dev.kohakku.common.queue.TaskQueue;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.CompletionMode;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskSpec;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.common.task.TestingSpec;
import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.common.wire.AttemptRef;
import dev.kohakku.common.wire.Callback;
import dev.kohakku.dispatcher.RunningDispatcher.Place;
import dev.kohakku.dispatcher.report.Orders;
import dev.kohakku.dispatcher.report.TestingController;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The whole dispatcher from the queue to the callback. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DispatcherIT {

    private static final String AGENT =
            """
            call() { curl -sf -H "X-Agent-Key: $KOHAKKU_AGENT_KEY" "$@"; }
            call -d '{}' "$KOHAKKU_DISPATCHER_URL/agent/checkin" || exit 11
            [ "$(curl -sf "$KOHAKKU_BRIEF_URL")" = '{"brief":true}' ] || exit 12
            call -d '{"percent": 50}' "$KOHAKKU_DISPATCHER_URL/agent/progress" || exit 14
            KEY=$(call -T - "$KOHAKKU_DISPATCHER_URL/agent/results/answer.txt" <<EOF | sed 's/.*"result_key":"\\([^"]*\\)".*/\\1/'
            forty-two
            EOF
            )
            call -d "{\\"status\\": \\"completed\\", \\"result_key\\": \\"$KEY\\"}" "$KOHAKKU_DISPATCHER_URL/agent/checkback" || exit 15
            """;

    @TempDir private static Path work;

    private final HttpClient http = HttpClient.newHttpClient();
    private final TestingController tasks = new TestingController(Clock.systemUTC());
    private HttpController controller;
    private Place place;
    private RunningDispatcher dispatcher;

    @BeforeAll
    void start() throws Exception {
        controller = new HttpController(tasks);
        place = Place.at(work);
        dispatcher = RunningDispatcher.start(place, controller);
        await().atMost(Duration.ofSeconds(20)).until(() -> get("/ready").statusCode() == 200);
    }

    @AfterAll
    void stop() {
        dispatcher.close();
        controller.close();
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(dispatcher.url() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String body, String... headers)
            throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(dispatcher.url() + path))
                        .POST(BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static TaskSpec shell(String script, CompletionMode mode) {
        var spec = TestingSpec.of("sh", "-c", script);
        return new TaskSpec(
                spec.name(),
                spec.image(),
                spec.command(),
                null,
                spec.context(),
                spec.skills(),
                spec.configs(),
                spec.secrets(),
                spec.env(),
                spec.resources(),
                spec.ports(),
                new RuntimeTarget(RuntimeType.WORKER, null),
                spec.timeouts(),
                1,
                5,
                spec.labels(),
                mode,
                null);
    }

    private AttemptId dispatch(String script, CompletionMode mode) {
        var attempt = tasks.queue(TestingIds.newAttempt(), shell(script, mode));
        dispatcher.bean(TaskQueue.class).enqueue(List.of(new QueuedAttempt(attempt, null)));
        return attempt;
    }

    private Callback awaitEnd(AttemptId attempt) {
        await().atMost(Duration.ofSeconds(30)).until(() -> !tasks.ends(attempt).isEmpty());
        assertThat(tasks.ends(attempt)).hasSize(1);
        return tasks.ends(attempt).getFirst();
    }

    private List<String> archived(AttemptId attempt) throws Exception {
        var lines = new ArrayList<LogLine>();
        dispatcher.bean(LogArchive.class).read(attempt, LogPosition.startOf(1), lines::add);
        return lines.stream().map(LogLine::text).toList();
    }

    @Test
    void aTaskGoesThroughFromTheQueueToTheCallback() throws Exception {
        var attempt = dispatch("echo hello; echo $SECRET; exit 3", CompletionMode.EXIT_CODE);

        var end = awaitEnd(attempt);

        assertThat(end.exitCode()).isEqualTo(3);
        assertThat(archived(attempt)).containsExactly("hello", "hidden");
        assertThat(tasks.events(attempt)).anyMatch(AttemptEvent.Running.class::isInstance);
        await().until(() -> dispatcher.bean(TaskQueue.class).depth() == 0);
    }

    @Test
    void anAgentNeedsOnlyTheDispatcher() throws Exception {
        var attempt = TestingIds.newAttempt();
        var brief = BriefRef.of(attempt.task(), "0".repeat(64));
        var content = "{\"brief\":true}".getBytes(StandardCharsets.UTF_8);
        dispatcher.bean(BlobStore.class).put(brief.key(), content, "application/json");
        tasks.queue(attempt, shell(AGENT, CompletionMode.AGENT));
        dispatcher.bean(TaskQueue.class).enqueue(List.of(new QueuedAttempt(attempt, null)));

        var end = awaitEnd(attempt);

        assertThat(end.status()).as(end.toString()).isEqualTo(Callback.Status.COMPLETED);
        var key = new BlobKey(end.resultKey());
        try (var result = dispatcher.bean(BlobStore.class).open(key).orElseThrow()) {
            assertThat(result).hasContent("forty-two\n");
        }
        assertThat(tasks.events(attempt))
                .anyMatch(AttemptEvent.CheckedIn.class::isInstance)
                .anyMatch(AttemptEvent.Progress.class::isInstance);
    }

    @Test
    void aCancelByTheFastPathEndsTheProcess() throws Exception {
        var attempt = dispatch("echo started; sleep 300", CompletionMode.EXIT_CODE);
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        tasks.events(attempt).stream()
                                .anyMatch(AttemptEvent.Running.class::isInstance));
        var body = "{\"task_id\":\"%s\",\"attempt\":1,\"epoch\":1}".formatted(attempt.task());

        var answer =
                post(
                        "/tasks/" + attempt.task() + "/cancel",
                        body,
                        "X-API-Key",
                        HttpController.API_KEY);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(awaitEnd(attempt).status()).isEqualTo(Callback.Status.CANCELLED);
    }

    @Test
    void aRestartAdoptsWhatRunsAndTheEndComesOnce() throws Exception {
        var attempt = dispatch("echo run; sleep 4; echo end", CompletionMode.EXIT_CODE);
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        tasks.events(attempt).stream()
                                .anyMatch(AttemptEvent.Running.class::isInstance));

        dispatcher.close();
        assertThat(tasks.ends(attempt)).isEmpty();
        dispatcher = RunningDispatcher.start(place, controller);
        dispatcher.bean(Orders.class).resume(List.of(AttemptRef.of(attempt, new Epoch(1))));

        assertThat(awaitEnd(attempt).status()).isEqualTo(Callback.Status.COMPLETED);
        assertThat(archived(attempt)).containsExactly("run", "end");
    }

    @Test
    void aWantedHeartbeatComesByTheKeyOfDispatchersOnly() throws Exception {
        var known = controller.heartbeats().size();

        assertProblem(post("/heartbeat", ""), 401);
        assertThat(post("/heartbeat", "", "X-API-Key", HttpController.API_KEY).statusCode())
                .isEqualTo(202);

        await().until(() -> controller.heartbeats().size() > known);
    }

    @Test
    void theFleetHearsOfIt() {
        await().until(() -> !controller.heartbeats().isEmpty());

        assertThat(controller.checkIns().getFirst().queue())
                .isEqualTo(PoolStreams.anyOf(place.stream()));
        assertThat(controller.checkIns().getFirst().backends())
                .singleElement()
                .satisfies(status -> assertThat(status.healthy()).isTrue());
    }

    @Test
    void wrongKeysAndUnknownPathsGetProblemDocuments() throws Exception {
        assertProblem(get("/tasks"), 401);
        assertProblem(get("/tasks", "X-API-Key", "wrong"), 401);
        assertProblem(post("/agent/checkin", "{}"), 401);
        assertProblem(post("/agent/checkin", "{}", "X-Agent-Key", "a.b.c"), 401);
        assertProblem(get("/nowhere"), 404);
        assertProblem(post("/health", "{}"), 405);
        assertThat(get("/tasks", "X-API-Key", HttpController.API_KEY).statusCode()).isEqualTo(200);
    }

    private static void assertProblem(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                .startsWith("application/problem+json");
        assertThat(answer.body()).contains("https://kohakku.dev/problems/").doesNotContain("\tat ");
    }

    @Test
    void healthAndMetersAreServed() throws Exception {
        assertThat(get("/health").body()).contains("alive");
        assertThat(get("/ready").body()).contains("\"queue\":\"ok\"", "\"controller\":\"ok\"");
        assertThat(get("/actuator/prometheus").body())
                .contains(
                        "kohakku_clock_offset_seconds",
                        "kohakku_slots_free",
                        "kohakku_attempts_running",
                        "kohakku_loop_age");
    }
}
