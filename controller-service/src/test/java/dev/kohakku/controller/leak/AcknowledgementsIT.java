package dev.kohakku.controller.leak;

import static dev.kohakku.controller.leak.TestingLedger.containerOf;
import static dev.kohakku.controller.leak.TestingLedger.endOverItsOwnersHead;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.wire.FoundContainer;
import dev.kohakku.controller.attempt.AttemptEnds;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient.Answer;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

@ControllerTest
class AcknowledgementsIT {

    private static final String LEAKS = "/api/v1/leaks/";

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired AttemptEnds ends;
    @Autowired LeakWatcher watcher;
    @Autowired LeakStore store;
    @Autowired TransactionTemplate transaction;
    TestingLedger ledger;

    @BeforeEach
    void open() {
        ledger = new TestingLedger(environment, jdbc);
    }

    @Test
    void whatNobodyWillEverVerifyIsClosedByHandAndStaysClosed() {
        var attempt = unverified();
        var leak = ledger.only("");

        var answer = resolve(leak, "{\"note\":\"scrapped\"}");
        watcher.round();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(ledger.shown("")).isEmpty();
        var shown = ledger.only("?resolved=true");
        assertThat(shown).isEqualTo(answer.json());
        assertThat(shown.get("id")).isEqualTo(leak.get("id"));
        assertThat(shown.get("resolution").asString()).isEqualTo("acknowledged");
        assertThat(shown.get("resolved_by").asString()).isEqualTo("token:bootstrap");
        assertThat(shown.get("note").asString()).isEqualTo("scrapped");
        assertThat(ledger.rows()).isEqualTo(1);
        var event = lastEvent(attempt.task());
        assertThat(event.get("type").asString()).isEqualTo("leak_acknowledged");
        assertThat(event.get("actor").asString()).isEqualTo("token:bootstrap");
        assertThat(event.get("detail").get("note").asString()).isEqualTo("scrapped");
    }

    @Test
    void theSecondCallChangesNothingAndIsAnsweredAsTheFirst() {
        var attempt = unverified();
        var leak = ledger.only("");

        var first = resolve(leak, null);
        var second = resolve(leak, "{\"note\":\"too late\"}");

        assertThat(first.json().get("note").isNull()).isTrue();
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(ledger.tasks.timeline(attempt.task())).containsOnlyOnce("leak_acknowledged");
    }

    @Test
    void whatASearchHasResolvedIsAnsweredAsItIs() {
        var attempt = unverified();
        var leak = ledger.only("");
        ledger.found();

        var answer = resolve(leak, "{}");

        assertThat(answer.json().get("resolution").asString()).isEqualTo("container_gone");
        assertThat(answer.json().get("resolved_by").isNull()).isTrue();
        assertThat(ledger.tasks.timeline(attempt.task())).doesNotContain("leak_acknowledged");
    }

    @Test
    void whatASearchHasJustShownIsRefusedAndWhatNobodySearchesAnyMoreIsNot() {
        ledger.found(containerOf(ledger.ended()));
        var missing = ledger.runningForAMinute();
        ledger.found(containerOf(ledger.ended()));
        ledger.age("1 minute");
        var open = ledger.shown("");
        assertThat(open)
                .extracting(leak -> leak.get("kind").asString())
                .containsOnly("DANGLING", "PHANTOM");

        for (var leak : open) {
            var refused = resolve(leak, null);
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.problem()).isEqualTo("leak-still-there");
            assertThat(refused.json().get("kind")).isEqualTo(leak.get("kind"));
        }
        searchIsLongAgo();

        for (var leak : open) {
            assertThat(resolve(leak, null).status()).isEqualTo(200);
        }
        assertThat(ledger.shown("")).isEmpty();
        assertThat(ledger.tasks.timeline(missing.task())).endsWith("leak_acknowledged");
    }

    @Test
    void whatIsFoundAgainAfterwardsIsALeakOfItsOwn() {
        var container = containerOf(ledger.ended());
        ledger.found(container);
        ledger.age("1 minute");
        var leak = ledger.only("");
        searchIsLongAgo();
        resolve(leak, null);

        ledger.found(container);
        ledger.age("1 minute");

        assertThat(ledger.only("").get("id")).isNotEqualTo(leak.get("id"));
        assertThat(ledger.shown("?resolved=true")).hasSize(1);
    }

    @Test
    void aContainerOfATaskNobodyKnowsHasNoTimelineAndIsClosedAllTheSame() {
        var stray = TaskId.parse(UUID.randomUUID().toString());
        ledger.found(new FoundContainer(stray, 1, "c"));
        ledger.age("1 minute");
        searchIsLongAgo();

        assertThat(resolve(ledger.only(""), null).status()).isEqualTo(200);
    }

    @Test
    void anInventoryThatIsBeingTakenInIsWaitedForAndCounts() throws Exception {
        var container = containerOf(ledger.ended());
        ledger.found(container);
        ledger.age("1 minute");
        var leak = ledger.only("");
        searchIsLongAgo();
        var search = new LeakStore.SearchedScope(ledger.dispatcher.id(), ledger.holding(container));

        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var answer =
                    transaction.execute(_ -> {
                        store.noteSearch(search);
                        var closing =
                                CompletableFuture.supplyAsync(() -> resolve(leak, null), pool);
                        await().until(() -> closing.isDone() || somebodyWaitsForALock());
                        store.touchDangling(search);
                        return closing;
                    });

            assertThat(answer.get().problem()).isEqualTo("leak-still-there");
        }
        assertThat(ledger.shown("")).hasSize(1);
    }

    @Test
    void aStuckTaskIsNotClosedByHand() {
        var task = ledger.tasks.submit();
        ledger.tasks.set(task, "deadline_at = now() - interval '2 minutes'");
        var stuck = ledger.only("?kind=STUCK");

        assertThat(resolve(stuck, null).problem()).isEqualTo("leak-still-there");
        ledger.tasks.set(task, "deadline_at = now() + interval '2 minutes'");
        assertThat(resolve(stuck, null).problem()).isEqualTo("leak-unknown");
    }

    @Test
    void whatIsNotShownIsUnknown() {
        endOverItsOwnersHead(ends, ledger.running());
        watcher.round();
        var young = "l" + jdbc.sql("select id from leaks").query(Long.class).single();

        for (var id : List.of(young, "l0", "1", "s" + UUID.randomUUID(), "x".repeat(400))) {
            var answer = ledger.client.post(LEAKS + id + "/resolve", null);
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.problem()).isEqualTo("leak-unknown");
        }
    }

    @Test
    void aWrongBodyIsRefusedByItsFields() {
        unverified();
        var leak = ledger.only("");

        assertThat(resolve(leak, "{\"note\":1,\"by\":\"me\"}").json().get("errors"))
                .extracting(error -> error.get("field").asString())
                .containsExactly("note", "by");
        var longest = "{\"note\":\"" + "x".repeat(1_001) + "\"}";
        assertThat(resolve(leak, longest).status()).isEqualTo(400);
        assertThat(resolve(leak, "{").problem()).isEqualTo("unreadable-body");
        assertThat(ledger.client.asDispatcher().post(pathOf(leak), null).status()).isEqualTo(403);
        assertThat(ledger.shown("")).hasSize(1);
    }

    private AttemptId unverified() {
        var attempt = ledger.running();
        endOverItsOwnersHead(ends, attempt);
        watcher.round();
        ledger.age("31 seconds");
        return attempt;
    }

    /** As if all that has been searched had been searched three minutes before. */
    private void searchIsLongAgo() {
        ledger.age("3 minutes");
        jdbc.sql("update scope_inventories set searched_at = searched_at - interval '3 minutes'")
                .update();
    }

    private boolean somebodyWaitsForALock() {
        return jdbc.sql("select exists (select from pg_locks where not granted)")
                .query(Boolean.class)
                .single();
    }

    private Answer resolve(JsonNode leak, String body) {
        return ledger.client.post(pathOf(leak), body);
    }

    private static String pathOf(JsonNode leak) {
        return LEAKS + leak.get("id").asString() + "/resolve";
    }

    private JsonNode lastEvent(TaskId task) {
        return ledger
                .client
                .get("/api/v1/tasks/" + task + "/events")
                .json()
                .get("items")
                .values()
                .stream()
                .toList()
                .getLast();
    }
}
