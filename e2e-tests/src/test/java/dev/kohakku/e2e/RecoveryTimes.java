package dev.kohakku.e2e;

import static org.awaitility.Awaitility.await;

import dev.kohakku.e2e.cluster.Cluster;
import dev.kohakku.e2e.cluster.DispatcherNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * How long it takes to recover, with the leases and graces that installations have by default. Run
 * by {@code make drill}, not with the tests: it measures and asserts nothing.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecoveryTimes {

    private static final int TIMES = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Map<String, List<Duration>> measured = new TreeMap<>();
    private Engine engine;
    private Payloads payloads;
    private Cluster cluster;
    private DispatcherNode a;
    private DispatcherNode b;
    private Api api;

    @BeforeAll
    void start() throws Exception {
        engine = Engine.reachable();
        payloads = Payloads.listening();
        cluster = Cluster.start(Path.of("target", "drill"), Map.of());
        var controller = cluster.newController("controller");
        a = cluster.newDispatcher("a");
        b = cluster.newDispatcher("b");
        controller.process().start().awaitReady();
        a.process().start();
        b.process().start().awaitReady();
        a.process().awaitReady();
        api = new Api(controller.url(), Cluster.TOKEN);
    }

    @AfterAll
    void report() throws Exception {
        cluster.close();
        payloads.close();
        engine.close();
        System.out.println("\n| from … to … | median | longest | n |\n|---|---|---|---|");
        measured.forEach((what, times) -> {
            var sorted = times.stream().sorted().toList();
            System.out.printf(
                    "| %s | %s | %s | %d |%n",
                    what,
                    seconds(sorted.get(sorted.size() / 2)),
                    seconds(sorted.getLast()),
                    sorted.size());
        });
    }

    private static String seconds(Duration duration) {
        return "%.1f s".formatted(duration.toMillis() / 1000.0);
    }

    private void measured(String what, Instant from, Instant to) {
        measured.computeIfAbsent(what, _ -> new ArrayList<>()).add(Duration.between(from, to));
    }

    @Test
    void aDispatcherIsKilled() throws Exception {
        for (var i = 0; i < TIMES; i++) {
            var gate = payloads.newGate();
            var task = api.submit(TaskBodies.shell(payloads.waitingAt(gate, 1)));
            gate.awaitReached();
            api.awaitState(task, "RUNNING");
            var owner = owner(task);

            var killedAt = Instant.now();
            owner.process().kill();

            measured("kill -9 of a dispatcher … noticed", killedAt, at(task, "handed_over"));
            measured("kill -9 of a dispatcher … adopted", killedAt, at(task, "claimed_again"));
            gate.open();
            api.awaitEnd(task);
            owner.process().start().awaitReady();
        }
    }

    private DispatcherNode owner(String task) throws Exception {
        return api.task(task).get("dispatcher_id").asString().equals("a") ? a : b;
    }

    @Test
    void aTaskIsCancelled() throws Exception {
        for (var i = 0; i < TIMES; i++) {
            cancelled("cancel, TERM is heeded … verified gone", payloads.heedingTerm());
            var gate = payloads.newGate();
            cancelled("cancel, TERM is ignored … verified gone", payloads.waitingAt(gate, 1));
        }
    }

    private void cancelled(String what, String script) throws Exception {
        var task = api.submit(TaskBodies.shell(script));
        api.awaitState(task, "RUNNING");
        var askedAt = Instant.now();
        api.call("POST", "/api/v1/tasks/" + task + "/cancel", null);
        measured(what, askedAt, at(task, "gone"));
    }

    @Test
    void aContainerLeaks() throws Exception {
        for (var i = 0; i < TIMES; i++) {
            var task = UUID.randomUUID().toString();
            var leakedAt = Instant.now();
            try (var leaked = engine.leak(cluster.installation(), task)) {
                await().alias("the leak " + leaked + " is reported")
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(100))
                        .until(() -> api.read("/api/v1/leaks").toString().contains(task));
                measured("leaked container … in GET /leaks", leakedAt, Instant.now());
            }
        }
    }

    /** When the timeline says so, by the clock of the database, which is this machine's. */
    private Instant at(String task, String word) {
        var at = new Instant[1];
        await().alias(word + " of " + task)
                .atMost(PATIENCE)
                .until(() -> {
                    for (var event : api.read("/api/v1/tasks/" + task + "/events").get("items")) {
                        if (event.get("type").asString().equals(word)
                                || event.at("/detail/step").asString("").equals(word)) {
                            at[0] = Instant.parse(event.get("at").asString());
                            return true;
                        }
                    }
                    return false;
                });
        return at[0];
    }
}
