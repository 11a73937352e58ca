package dev.kohakku.controller.leak;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.common.wire.FoundContainer;
import dev.kohakku.common.wire.InventoryAnswer;
import dev.kohakku.common.wire.ScopeInventory;
import dev.kohakku.controller.attempt.AttemptEnd;
import dev.kohakku.controller.attempt.AttemptEnds;
import dev.kohakku.controller.task.Transition;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingTasks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** An empty ledger, a scope of its own with a dispatcher, and the hands of the clock. */
final class TestingLedger {

    final TestingClient client;
    final TestingTasks tasks;
    final TestingDispatcher dispatcher;
    final String scope = "engine-" + UUID.randomUUID();
    private final JdbcClient jdbc;
    private final TestingDispatcher base;

    TestingLedger(Environment environment, JdbcClient jdbc) {
        this.jdbc = jdbc;
        this.client = TestingClient.of(environment);
        this.tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        jdbc.sql("delete from leaks").update();
        jdbc.sql("update leak_ledger set container_seconds = 0, begun_at = clock_timestamp()")
                .update();
        this.base = TestingDispatcher.of(environment);
        this.dispatcher = in(scope, base);
    }

    private static TestingDispatcher in(String scope, TestingDispatcher dispatcher) {
        return dispatcher.with(new BackendStatus(RuntimeType.LOCAL, scope, true, null)).checkedIn();
    }

    /** Another dispatcher of a scope. */
    TestingDispatcher another(String ofScope) {
        return in(ofScope, base.beside());
    }

    /** An attempt that was claimed and whose container is being made. */
    AttemptId provisioning() {
        var attempt = tasks.submitQueued();
        dispatcher.claim(attempt.task(), 1);
        return attempt;
    }

    /** An attempt that was reported to run in the scope. */
    AttemptId running() {
        var attempt = provisioning();
        dispatcher.report(
                attempt,
                new Epoch(1),
                1,
                new AttemptEvent.Running(
                        Instant.parse("2026-01-01T00:00:00Z"), "c-" + attempt, scope));
        return attempt;
    }

    /** The same, a minute ago. */
    AttemptId runningForAMinute() {
        var attempt = running();
        tasks.set(attempt.task(), "started_at = started_at - interval '1 minute'");
        return attempt;
    }

    /** An attempt whose owner has reported its end. */
    AttemptId ended() {
        var attempt = running();
        tasks.set(attempt.task(), "state = 'COMPLETED', deadline_at = null, finished_at = now()");
        return attempt;
    }

    static FoundContainer containerOf(AttemptId attempt) {
        return new FoundContainer(attempt.task(), attempt.number(), "c-" + attempt);
    }

    ScopeInventory holding(FoundContainer... containers) {
        return new ScopeInventory(RuntimeType.LOCAL, scope, Duration.ZERO, List.of(containers));
    }

    /** A scope without containers, searched from so long ago on. */
    static ScopeInventory empty(String scope, Duration age) {
        return new ScopeInventory(RuntimeType.LOCAL, scope, age, List.of());
    }

    /** The dispatcher of the scope posts what it found in it. */
    InventoryAnswer found(FoundContainer... containers) {
        return dispatcher.inventory(holding(containers));
    }

    /** Somebody else than its owner ends an attempt. */
    static void endOverItsOwnersHead(AttemptEnds ends, AttemptId attempt) {
        var decision =
                ends.end(
                        attempt,
                        new Epoch(1),
                        new AttemptEnd(
                                TaskState.FAILED,
                                Transition.Ending.because(FailureKind.DISPATCHER_LOST, "Lost"),
                                "attempt-rescuer",
                                Map.of()));
        if (decision == AttemptEnds.Decision.NOT_CURRENT) {
            throw new AssertionError(attempt + " could not be ended");
        }
    }

    /** Time passes for every leak. */
    void age(String by) {
        jdbc.sql(
                        """
                        update leaks set first_seen_at = first_seen_at - cast(:by as interval),
                            last_seen_at = last_seen_at - cast(:by as interval),
                            resolved_at = resolved_at - cast(:by as interval)
                        """)
                .param("by", by)
                .update();
    }

    /** What is shown with these parameters. */
    List<JsonNode> shown(String query) {
        var answer = client.get("/api/v1/leaks" + query);
        if (answer.status() != 200) {
            throw new AssertionError(answer.status() + " " + answer.body());
        }
        return answer.json().get("items").values().stream().toList();
    }

    /** The only one shown with these parameters. */
    JsonNode only(String query) {
        var shown = shown(query);
        if (shown.size() != 1) {
            throw new AssertionError("not one but " + shown);
        }
        return shown.getFirst();
    }

    long rows() {
        return jdbc.sql("select count(*) from leaks").query(Long.class).single();
    }
}
