package dev.kohakku.controller.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.telemetry.OtlpReceiver;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingTasks;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A task's trace begins with its client's request and is carried by its row and the claim. */
@ControllerTest
class TracesIT {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final OtlpReceiver COLLECTOR = OtlpReceiver.start();

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired Enqueuer enqueuer;

    @DynamicPropertySource
    static void traced(DynamicPropertyRegistry properties) {
        properties.add("management.opentelemetry.tracing.export.otlp.endpoint", COLLECTOR::url);
        // why by itself: what decides it by the endpoint has run before a test's properties come.
        properties.add("management.opentelemetry.enabled", () -> "true");
        properties.add("management.opentelemetry.tracing.export.schedule-delay", () -> "100ms");
    }

    @AfterAll
    static void stop() {
        COLLECTOR.close();
    }

    @Test
    void oneTraceLeadsFromTheClientThroughTheRowToTheClaim() throws Exception {
        var tasks = new TestingTasks(environment, jdbc);
        var dispatcher = TestingDispatcher.of(environment).checkedIn();

        var answer =
                TestingClient.of(environment)
                        .post(
                                "/api/v1/tasks",
                                "{\"name\":\"traced\",\"image\":\"busybox:1\"}",
                                "traceparent",
                                "00-" + TRACE + "-00f067aa0ba902b7-01");
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        var task = new TaskId(UUID.fromString(answer.json().path("id").stringValue()));
        dispatcher.heartbeat();
        enqueuer.round();

        var carried = String.valueOf(tasks.row(task).get("traceparent"));
        assertThat(carried)
                .as("the step of the submission, of the client's trace")
                .startsWith("00-" + TRACE + "-")
                .endsWith("-01")
                .doesNotContain("00f067aa0ba902b7");
        assertThat(dispatcher.claim(task, 1).traceparent()).isEqualTo(carried);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThat(List.of("http post /api/v1/tasks", "submit", "enqueue"))
                                .allMatch(step -> COLLECTOR.hasSpan(TRACE, step)));
    }

    @Test
    void aTaskWhoseClientHasNoTraceBeginsOne() {
        var task = new TestingTasks(environment, jdbc).submit();

        assertThat(String.valueOf(new TestingTasks(environment, jdbc).row(task).get("traceparent")))
                .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]");
    }
}
