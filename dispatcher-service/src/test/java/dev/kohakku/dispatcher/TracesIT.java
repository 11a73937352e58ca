package dev.kohakku.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.log.LogArchive;
import dev.kohakku.common.log.LogLine;
import dev.kohakku.common.log.LogPosition;
import dev.kohakku.common.queue.QueuedAttempt;
import dev.kohakku.common.queue.TaskQueue;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskSpec;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.common.task.TestingSpec;
import dev.kohakku.common.telemetry.OtlpReceiver;
import dev.kohakku.dispatcher.RunningDispatcher.Place;
import dev.kohakku.dispatcher.report.TestingController;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task's trace goes on from its queue entry, at the dispatcher and into the container. */
class TracesIT {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String TRACEPARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";

    @TempDir private static Path work;

    private final TestingController tasks = new TestingController(Clock.systemUTC());

    @Test
    void oneTraceLeadsFromTheQueueEntryThroughEachStepIntoTheContainer() throws Exception {
        try (var collector = OtlpReceiver.start();
                var controller = new HttpController(tasks);
                var dispatcher =
                        RunningDispatcher.start(Place.at(work), controller, to(collector))) {
            var attempt = tasks.queue(TestingIds.newAttempt(), printsItsTrace());
            dispatcher
                    .bean(TaskQueue.class)
                    .enqueue(List.of(new QueuedAttempt(attempt, TRACEPARENT)));

            await().atMost(Duration.ofSeconds(60)).until(() -> !tasks.ends(attempt).isEmpty());
            assertThat(archived(dispatcher, attempt)).containsExactly(TRACEPARENT);
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() ->
                            assertThat(List.of("claim", "start", "run", "report"))
                                    .allMatch(step -> collector.hasSpan(TRACE, step)));
            assertThat(controller.traces()).contains(TRACE);
            assertThat(metrics(dispatcher))
                    .contains("kohakku_claim_latency_seconds_bucket")
                    .contains("kohakku_lease_age_seconds")
                    .contains("kohakku_attempts_ended_total");
        }
    }

    private static Map<String, Object> to(OtlpReceiver collector) {
        return Map.of(
                "management.opentelemetry.tracing.export.otlp.endpoint",
                collector.url(),
                "management.opentelemetry.tracing.export.schedule-delay",
                "100ms");
    }

    private static TaskSpec printsItsTrace() {
        var spec = TestingSpec.of("sh", "-c", "echo $TRACEPARENT");
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

    private static List<String> archived(RunningDispatcher dispatcher, AttemptId attempt)
            throws Exception {
        var lines = new ArrayList<LogLine>();
        dispatcher.bean(LogArchive.class).read(attempt, LogPosition.startOf(1), lines::add);
        return lines.stream().map(LogLine::text).toList();
    }

    private static String metrics(RunningDispatcher dispatcher) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(dispatcher.url() + "/actuator/prometheus"));
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString()).body();
    }
}
