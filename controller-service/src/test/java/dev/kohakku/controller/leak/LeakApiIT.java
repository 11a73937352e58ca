package dev.kohakku.controller.leak;

import static dev.kohakku.controller.leak.TestingLedger.containerOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.wire.FoundContainer;
import dev.kohakku.controller.testing.ControllerTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

@ControllerTest
class LeakApiIT {

    private static final String NOBODY = "/api/v1/dispatchers/nobody/inventory/";
    private static final String CONTAINER =
            "{\"task_id\":\"01890000-0000-7000-8000-000000000000\",\"attempt\":1,\"container_id\":\"c\"}";

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    TestingLedger ledger;

    @BeforeEach
    void open() {
        ledger = new TestingLedger(environment, jdbc);
    }

    @Test
    void aTaskPastItsDeadlineThatNoWatcherMovesIsStuck() {
        var waiting = ledger.tasks.submit();
        var expiring = ledger.tasks.submit();
        var running = ledger.running();
        ledger.tasks.set(waiting, "deadline_at = now() - interval '59 seconds'");
        ledger.tasks.set(expiring, "expires_at = now() - interval '61 seconds'");
        ledger.tasks.set(running.task(), "deadline_at = now() - interval '2 minutes'");

        var shown = ledger.shown("?kind=STUCK");

        assertThat(shown)
                .extracting(leak -> leak.get("task_id").asString())
                .containsExactly(expiring.toString(), running.task().toString());
        assertThat(shown.getLast().get("scope").asString()).isEqualTo(ledger.scope);
        assertThat(shown.getLast().get("age_seconds").asLong()).isBetween(120L, 150L);
        assertThat(shown.getLast().get("message").asString()).contains("RUNNING", "watcher");
        assertThat(ledger.shown("?kind=STUCK&resolved=true")).isEmpty();
    }

    @Test
    void theListIsWalkedPageByPageWithTheNewestFirst() {
        var containers = Stream.generate(ledger::ended).limit(5).map(TestingLedger::containerOf);
        ledger.found(containers.toArray(FoundContainer[]::new));
        ledger.age("1 minute");
        var stuck = ledger.tasks.submit();
        ledger.tasks.set(stuck, "deadline_at = now() - interval '1 hour'");

        var seen = new ArrayList<String>();
        var next = "";
        do {
            var page = ledger.client.get("/api/v1/leaks?limit=2" + next).json();
            page.get("items").forEach(leak -> seen.add(leak.get("task_id").asString()));
            next = cursor(page);
        } while (!next.isEmpty());

        assertThat(seen).hasSize(6).doesNotHaveDuplicates().endsWith(stuck.toString());
        assertThat(ledger.shown("?kind=STUCK&kind=DANGLING")).hasSize(6);
        assertThat(ledger.shown("?kind=PHANTOM")).isEmpty();
    }

    private static String cursor(JsonNode page) {
        var cursor = page.get("next_cursor");
        return cursor.isNull() ? "" : "&cursor=" + cursor.asString();
    }

    @Test
    void aWrongQueryIsRefusedByItsParameters() {
        ledger.found(containerOf(ledger.ended()), containerOf(ledger.ended()));
        ledger.age("1 minute");
        var cursor = cursor(ledger.client.get("/api/v1/leaks?limit=1").json());

        assertThat(wrong("?kind=NONE&resolved=maybe&limit=0&nothing=1"))
                .containsExactly("kind", "resolved", "limit", "nothing");
        assertThat(wrong("?resolved=true" + cursor)).containsExactly("cursor");
        assertThat(wrong("?cursor=x")).containsExactly("cursor");
    }

    private List<String> wrong(String query) {
        return fields(ledger.client.get("/api/v1/leaks" + query).json());
    }

    private static List<String> fields(JsonNode problem) {
        return problem.get("errors").values().stream()
                .map(error -> error.get("field").asString())
                .toList();
    }

    @Test
    void aWrongInventoryIsRefusedByItsFields() {
        var dispatchers = ledger.client.asDispatcher();

        assertThat(fields(dispatchers.post(NOBODY, "{}").json()))
                .containsExactly("instance", "scopes");
        var answer =
                dispatchers.post(
                        NOBODY,
                        """
                        {"instance":"i","scopes":[null,
                         {"type":"local","scope":"unknown","age":"-PT1S","containers":[{"attempt":0,"container_id":""},null]},
                         {"type":"local","scope":"s","age":"PT11M","containers":[]},
                         {"type":"local","scope":"s","age":"PT1S"}]}
                        """);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(fields(answer.json()))
                .containsExactlyInAnyOrder(
                        "scopes[0]",
                        "scopes[1].scope",
                        "scopes[1].age",
                        "scopes[1].containers[0].task_id",
                        "scopes[1].containers[0].container_id",
                        "scopes[1].containers[0].attempt",
                        "scopes[1].containers[1]",
                        "scopes[2].age",
                        "scopes[3].containers",
                        "scopes[3].scope");
    }

    @Test
    void twentyThousandContainersAreTakenAndOneMoreIsNot() {
        var dispatchers = ledger.client.asDispatcher();

        assertThat(dispatchers.post(NOBODY, inventoryOf(20_000)).problem())
                .isEqualTo("dispatcher-unknown");
        var refused = dispatchers.post(NOBODY, inventoryOf(20_001));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(fields(refused.json())).containsExactly("scopes[0].containers");
        assertThat(dispatchers.post(NOBODY, " ".repeat(8 << 20) + inventoryOf(0)).problem())
                .isEqualTo("body-too-large");
    }

    private static String inventoryOf(int containers) {
        return "{\"instance\":\"i\",\"scopes\":[{\"type\":\"local\",\"scope\":\"s\",\"age\":\"PT0S\",\"containers\":["
                + String.join(",", Collections.nCopies(containers, CONTAINER))
                + "]}]}";
    }

    @Test
    void inventoriesAreForDispatchersAndTheListIsForClients() {
        assertThat(ledger.client.post(NOBODY, "{}").status()).isEqualTo(403);
        assertThat(ledger.client.asDispatcher().get("/api/v1/leaks").status()).isEqualTo(403);
        assertThat(ledger.client.showing("X-Nothing", "here").get("/api/v1/leaks").status())
                .isEqualTo(401);
    }
}
