package dev.kohakku.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.queue.TaskQueue;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskSpec;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.common.task.TestingSpec;
import dev.kohakku.common.wire.Callback;
import dev.kohakku.common.wire.DispatchMode;
import dev.kohakku.dispatcher.RunningDispatcher.Place;
import dev.kohakku.dispatcher.report.Cordon;
import dev.kohakku.dispatcher.report.TestingController;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dispatcher that is sent its attempts, and keeps them on a list of its own. */
class InternalQueueIT {

    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static final Map<String, Object> INTERNAL =
            Map.of(
                    "QUEUE_SOURCE", "internal",
                    "DISPATCHER_POOL", "gpu",
                    "DISPATCHER_LABELS", "zone=a",
                    "kohakku.queue.list-lease", "3s");

    @TempDir private Path work;

    private final HttpClient http = HttpClient.newHttpClient();
    private final TestingController tasks = new TestingController(Clock.systemUTC());
    private HttpController controller;
    private Place place;
    private RunningDispatcher dispatcher;

    @BeforeEach
    void start() throws Exception {
        controller = new HttpController(tasks);
        place = Place.at(work);
        dispatcher = RunningDispatcher.start(place, controller, INTERNAL);
        await().atMost(PATIENT).until(() -> get("/ready").statusCode() == 200);
    }

    @AfterEach
    void stop() {
        dispatcher.close();
        controller.close();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(request(path).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return http.send(
                request(path).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(dispatcher.url() + path))
                .header("X-API-Key", HttpController.API_KEY);
    }

    private HttpResponse<String> put(AttemptId attempt) throws Exception {
        return post(
                "/tasks",
                "{\"task_id\":\"%s\",\"attempt\":%d}".formatted(attempt.task(), attempt.number()));
    }

    private AttemptId newAttempt(String script) {
        return tasks.queue(TestingIds.newAttempt(), subprocess(script));
    }

    private static TaskSpec subprocess(String script) {
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
                spec.completion(),
                null);
    }

    /** From now on nothing is read. */
    private void cordon() throws InterruptedException {
        controller.cordon(true);
        await().until(() -> dispatcher.bean(Cordon.class).isDrawn());
        assertThat(dispatcher.loop("deliveryLoop").awaitRound(PATIENT)).isTrue();
    }

    private long depth() {
        return dispatcher.bean(TaskQueue.class).depth();
    }

    @Test
    void whatIsSentTwiceRunsOnce() throws Exception {
        cordon();
        var attempt = newAttempt("exit 7");

        assertThat(put(attempt).statusCode()).isEqualTo(202);
        assertThat(put(attempt).statusCode()).isEqualTo(202);
        assertThat(depth()).isEqualTo(1);
        controller.cordon(false);

        await().atMost(PATIENT).until(() -> !tasks.ends(attempt).isEmpty() && depth() == 0);
        assertThat(tasks.ends(attempt)).extracting(Callback::exitCode).containsExactly(7);
    }

    @Test
    void theFleetHearsHowAttemptsComeToIt() {
        assertThat(controller.checkIns())
                .first()
                .satisfies(checkIn -> {
                    assertThat(checkIn.mode()).isEqualTo(DispatchMode.HTTP);
                    assertThat(checkIn.queue()).isEqualTo(place.stream() + ":list:" + place.id());
                    assertThat(checkIn.pool()).isEqualTo("gpu");
                    assertThat(checkIn.labels()).isEqualTo(Map.of("zone", "a"));
                });
    }

    @Test
    void whatWaitsIsShownAndCancelledElsewhere() throws Exception {
        cordon();
        var attempt = newAttempt("true");
        put(attempt);

        assertThat(get("/tasks/" + attempt.task()).body()).contains("\"phase\":\"queued\"");
        assertThat(get("/tasks").body()).contains(attempt.task().toString());
        var refused =
                post(
                        "/tasks/" + attempt.task() + "/cancel",
                        "{\"task_id\":\"%s\",\"attempt\":1,\"epoch\":0}".formatted(attempt.task()));
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("problems/attempt-queued");
        assertThat(depth()).isPositive();
    }

    @Test
    void wrongFieldsAreNamed() throws Exception {
        assertThat(post("/tasks", "{}").body()).contains("task_id", "attempt").contains("400");
        assertThat(post("/tasks", "{\"task_id\":\"x\",\"attempt\":1}").body()).contains("task_id");
        var task = TestingIds.newTask();
        assertThat(post("/tasks", "{\"task_id\":\"%s\",\"attempt\":0}".formatted(task)).body())
                .contains("counts from 1");
        assertThat(
                        post(
                                        "/tasks",
                                        "{\"task_id\":\"%s\",\"attempt\":1,\"traceparent\":\"x\"}"
                                                .formatted(task))
                                .body())
                .contains("traceparent");
        assertThat(depth()).isZero();
    }

    @Test
    void whatAProcessLeavesOnItsListIsTheNextOnes() throws Exception {
        cordon();
        var attempt = newAttempt("exit 3");
        put(attempt);
        dispatcher.close();
        controller.cordon(false);

        dispatcher = RunningDispatcher.start(place, controller, INTERNAL);

        await().atMost(PATIENT).until(() -> !tasks.ends(attempt).isEmpty());
    }

    @Test
    void aDispatcherOnAStreamIsNotSentAnything() throws Exception {
        dispatcher.close();
        dispatcher = RunningDispatcher.start(place, controller);
        var refused = put(newAttempt("true"));

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("problems/dispatch-mode", "QUEUE_SOURCE=internal");
    }
}
