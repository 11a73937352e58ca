package dev.kohakku.controller.plans;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.common.wire.AttemptRef;
import dev.kohakku.common.wire.WireJson;
import dev.kohakku.controller.job.Job;
import dev.kohakku.controller.role.RoleLoop;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingTasks;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.test.context.TestPropertySource;

/**
 * Every statement of the API and of every loop, on large tables: each costs what it works on, never
 * what waits or has ended. The statements are those that were really sent, so that none is
 * forgotten. Runs where {@code -Dplans.rows} says how large the tables are ({@code make plans}).
 */
@ControllerTest
@EnabledIfSystemProperty(named = "plans.rows", matches = "\\d+")
@Import(QueryPlansIT.Recording.class)
@TestPropertySource(properties = {"kohakku.retention.completed=1h", "kohakku.retention.failed=1h"})
class QueryPlansIT {

    private static final Logger LOG = LoggerFactory.getLogger(QueryPlansIT.class);

    private static final int ROWS = Integer.getInteger("plans.rows", 30_000);

    private static final String UNIQUE_VIOLATION = "23505";

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired DataSource source;
    @Autowired List<RoleLoop> loops;
    @Autowired List<Job> jobs;
    @Autowired StatementRecorder recorder;
    TestingClient client;
    TestingTasks tasks;
    TestingDispatcher dispatcher;

    /** Notes what is sent to Postgres. */
    @TestConfiguration(proxyBeanMethods = false)
    static class Recording {

        @Bean
        static StatementRecorder recorder() {
            return new StatementRecorder();
        }
    }

    @Test
    void nothingCostsWhatWaitsOrHasEnded() throws Exception {
        fill();
        client = TestingClient.of(environment);
        tasks = new TestingTasks(environment, jdbc);
        dispatcher = TestingDispatcher.of(environment).checkedIn();
        // why once before: what is done at the first start only is no matter of size.
        tickAll();

        recorder.record();
        useTheApi();
        tickAll();
        removeWhatIsOver();
        useTheApi();
        var sent = recorder.stop();

        var faults = new TreeMap<String, List<String>>();
        for (var statement : sent) {
            if (isExplainable(statement.sql())) {
                explained(statement)
                        .map(Plan::faults)
                        .filter(found -> !found.isEmpty())
                        .ifPresent(found -> faults.put(statement.sql().strip(), found));
            }
        }
        faults.forEach((sql, found) -> LOG.error("{}\n{}", found, sql));
        LOG.info("{} statements looked at", sent.size());
        assertThat(sent).hasSizeGreaterThan(60);
        assertThat(faults).isEmpty();
    }

    /** By a connection of its own: filling takes longer than a statement of a Controller may. */
    private void fill() {
        var direct =
                new SingleConnectionDataSource(
                        "jdbc:postgresql://%s:%s/%s"
                                .formatted(
                                        environment.getRequiredProperty("POSTGRES_HOST"),
                                        environment.getRequiredProperty("POSTGRES_PORT"),
                                        environment.getRequiredProperty("POSTGRES_DB")),
                        environment.getRequiredProperty("POSTGRES_USER"),
                        environment.getRequiredProperty("POSTGRES_PASSWORD"),
                        true);
        try {
            new LargeTables(JdbcClient.create(direct), ROWS).fill();
        } finally {
            direct.destroy();
        }
    }

    private void tickAll() {
        for (var loop : loops) {
            try {
                loop.loop().tick();
            } catch (Exception away) {
                LOG.info("{}: {}", loop.loop().name(), away.toString());
            }
        }
    }

    /** A round each of those that remove tasks. */
    private void removeWhatIsOver() {
        var removers = List.of("ended-task-remover", "removed-object-remover");
        var done = jobs.stream().filter(job -> removers.contains(job.name())).toList();
        assertThat(done).hasSameSizeAs(removers);
        done.forEach(job -> job.step().run());
    }

    private void useTheApi() throws Exception {
        var ended = oldest("COMPLETED");
        var waiting = oldest("PENDING");
        var submitted = tasks.submit(",\"labels\":{\"batch\":\"7\"},\"priority\":9");
        client.post(
                "/api/v1/tasks",
                "{\"name\":\"n\",\"image\":\"busybox\"}",
                "Idempotency-Key",
                "key-" + submitted);
        for (var loop : loops) {
            if (loop.loop().name().equals("enqueuer")) {
                loop.loop().tick();
            }
        }
        run(tasks.submitQueued().task());
        tasks.cancel(submitted);
        tasks.cancel(tasks.submit());
        for (var task : List.of(ended, waiting, submitted.toString())) {
            for (var path : List.of("", "/events", "/explain", "/logs", "/brief")) {
                client.get("/api/v1/tasks/" + task + path);
            }
        }
        lists();
    }

    /** A claim, its running, and its end. */
    private void run(TaskId task) {
        dispatcher.heartbeat();
        var claimed = dispatcher.claim(task, 1);
        var attempt = new AttemptId(task, 1);
        dispatcher.report(
                attempt,
                claimed.epoch(),
                1,
                new AttemptEvent.Running(Instant.now(), "c-" + task, "engine-1"));
        dispatcher.heartbeat(new AttemptRef(task, 1, claimed.epoch()));
        client.get("/api/v1/tasks/" + task + "/explain");
        dispatcher.callback(
                task,
                claimed.callbackToken(),
                """
                {"task_id":"%s","attempt":1,"epoch":%d,"status":"completed","exit_code":0,"completed_at":"2026-01-01T00:00:00Z"}
                """
                        .formatted(task, claimed.epoch().value()));
    }

    private void lists() {
        var longAgo = Instant.now().minusSeconds(86_400 * 20L);
        var paths = new ArrayList<String>();
        for (var query :
                List.of(
                        "",
                        "?limit=200",
                        "?state=PENDING",
                        "?state=RUNNING",
                        "?state=RUNNING&state=PROVISIONING",
                        "?state=FAILED",
                        "?label=batch=7",
                        "?project=00000000-0000-7000-8000-000000000002",
                        "?created_before=" + longAgo,
                        "?created_after=" + Instant.now().plusSeconds(60))) {
            paths.add("/api/v1/tasks" + query);
        }
        paths.add(nextPage());
        paths.addAll(
                List.of(
                        "/api/v1/dispatchers",
                        "/api/v1/dead-letters",
                        "/api/v1/leaks",
                        "/api/v1/leaks?resolved=true",
                        "/api/v1/workflow-instances",
                        "/api/v1/tokens",
                        "/actuator/prometheus",
                        "/ready/"));
        for (var path : paths) {
            assertThat(client.get(path).status()).as(path).isLessThan(500);
        }
    }

    private String nextPage() {
        return "/api/v1/tasks?cursor="
                + client.get("/api/v1/tasks").json().get("next_cursor").asString();
    }

    private String oldest(String state) {
        return jdbc.sql(
                        "select cast(id as text) from tasks where state = :state order by id limit"
                                + " 1")
                .param("state", state)
                .query(String.class)
                .single();
    }

    private static boolean isExplainable(String sql) {
        var word = sql.strip().toLowerCase(Locale.ROOT).split("\\s", 2)[0];
        return List.of("select", "insert", "update", "delete", "with").contains(word);
    }

    /** Empty where it cannot be repeated, since it has inserted what it inserts. */
    private Optional<Plan> explained(StatementRecorder.Sent statement) throws SQLException {
        try (var connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try (var explain =
                    connection.prepareStatement(
                            "explain (analyze, buffers, timing off, format json) "
                                    + statement.sql())) {
                statement.bind(explain);
                try (var rows = explain.executeQuery()) {
                    rows.next();
                    return Optional.of(Plan.parse(WireJson.mapper().readTree(rows.getString(1))));
                }
            } catch (SQLException failed) {
                if (UNIQUE_VIOLATION.equals(failed.getSQLState())) {
                    return Optional.empty();
                }
                throw failed;
            } finally {
                connection.rollback();
            }
        }
    }
}
