package dev.kohakku.controller.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.telemetry.DocumentedMetrics;
import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.controller.role.WorkerLoop;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingTasks;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a Controller exposes is what the table in docs/observability.md says. */
@ControllerTest
class MetricsIT {

    private static final Pattern FAMILY = Pattern.compile("(?m)^# TYPE (kohakku_\\w+) (\\w+)$");

    /**
     * What a Controller shows only after something went wrong, once it puts on a stream, or where
     * it has replicas of Postgres.
     */
    private static final Set<String> NOT_ALWAYS =
            Set.of(
                    "kohakku_replica_fit",
                    "kohakku_replica_lag_seconds",
                    "kohakku_replica_reads_total",
                    "kohakku_queue_dead_letters_total",
                    "kohakku_announcement_delay_seconds",
                    "kohakku_announcement_failures_total",
                    "kohakku_fenced_writes_total");

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired Enqueuer enqueuer;

    @Autowired
    @Qualifier("demandReadings")
    WorkerLoop demand;

    TestingTasks tasks;
    TestingDispatcher dispatcher;

    @BeforeEach
    void begin() {
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        dispatcher = TestingDispatcher.of(environment).checkedIn();
    }

    @Test
    void everythingExposedIsInTheTableAndTheReverse() throws Exception {
        retryAndComplete();
        cancel();
        tasks.submit();
        demand.loop().tick();

        var exposed = new TreeSet<String>();
        FAMILY.matcher(scraped())
                .results()
                .map(family -> family.group(1).replaceFirst("_max$", ""))
                .forEach(exposed::add);
        var documented = DocumentedMetrics.all().stream().map(DocumentedMetrics::name).toList();
        var ours =
                DocumentedMetrics.all().stream()
                        .filter(metric -> !metric.at().equals("Dispatcher"))
                        .map(DocumentedMetrics::name)
                        .filter(name -> !NOT_ALWAYS.contains(name))
                        .toList();

        assertThat(documented).containsAll(exposed);
        assertThat(exposed).containsAll(ours);
    }

    @Test
    void eachStageOfATaskIsMeasuredByPoolAndType() throws Exception {
        retryAndComplete();

        assertThat(scraped().lines())
                .anyMatch(line ->
                        line.startsWith(
                                "kohakku_queue_wait_seconds_bucket{pool=\"default\",type=\"local\",le=\"0.1\"}"))
                .anyMatch(line ->
                        line.startsWith(
                                "kohakku_queue_to_launch_seconds_bucket{pool=\"default\",type=\"local\",le=\"10.0\"}"))
                .anyMatch(line ->
                        line.startsWith(
                                "kohakku_run_time_seconds_count{outcome=\"failed\",pool=\"default\",type=\"local\"}"))
                .anyMatch(line ->
                        line.startsWith(
                                "kohakku_run_time_seconds_count{outcome=\"completed\",pool=\"default\",type=\"local\"}"))
                .anyMatch(line ->
                        line.startsWith("kohakku_retries_total{failure_kind=\"backend_error\"}"))
                .anyMatch(line -> line.startsWith("kohakku_tasks{state=\"pending\"}"))
                .anyMatch(line -> line.startsWith("kohakku_dispatchers{state=\"live\"}"));
    }

    @Test
    void submitsAreMeasuredInTheBucketsOfTheirServiceLevelAndProbesNotAtAll() throws Exception {
        tasks.submit();
        TestingClient.of(environment).get("/health/");

        assertThat(scraped().lines())
                .anyMatch(line ->
                        line.startsWith("http_server_requests_seconds_bucket")
                                && line.contains("uri=\"/api/v1/tasks\"")
                                && line.contains("le=\"0.25\""))
                .noneMatch(line -> line.contains("uri=\"/health/\""));
    }

    private void retryAndComplete() throws Exception {
        var task = tasks.submit(",\"max_attempts\":2");
        enqueue();
        run(task, 1, "\"status\":\"failed\",\"failure_kind\":\"BACKEND_ERROR\"");
        jdbc.sql("update dispatch_outbox set available_at = now()").update();
        enqueue();
        run(task, 2, "\"status\":\"completed\",\"exit_code\":0");
    }

    private void enqueue() throws InterruptedException {
        // why first: on a slow machine the lease of a test's dispatcher runs out.
        dispatcher.heartbeat();
        enqueuer.round();
    }

    private void cancel() throws Exception {
        var task = tasks.submit();
        enqueue();
        var claimed = dispatcher.claim(task, 1);
        tasks.cancel(task);
        dispatcher.callback(
                task, claimed.callbackToken(), body(task, 1, "\"status\":\"cancelled\""));
    }

    private void run(TaskId task, int attempt, String end) {
        var claimed = dispatcher.claim(task, attempt);
        dispatcher.report(
                new AttemptId(task, attempt),
                claimed.epoch(),
                1,
                new AttemptEvent.Running(Instant.EPOCH, "c-" + attempt, "engine"));
        dispatcher.callback(task, claimed.callbackToken(), body(task, attempt, end));
    }

    private static String body(TaskId task, int attempt, String end) {
        return "{"
                + end
                + ",\"completed_at\":\"2026-01-01T00:00:00Z\",\"task_id\":\""
                + task
                + "\",\"attempt\":"
                + attempt
                + ",\"epoch\":1}";
    }

    private String scraped() {
        return TestingClient.of(environment).get("/actuator/prometheus").body();
    }
}
