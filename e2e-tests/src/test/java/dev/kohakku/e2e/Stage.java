package dev.kohakku.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.e2e.cluster.Cluster;
import dev.kohakku.e2e.cluster.ControllerNode;
import dev.kohakku.e2e.cluster.DispatcherNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * Where the fault tests play: two Controllers and two dispatchers on one Docker engine, with leases
 * and graces short enough to wait for. Shared by all of them, because processes are slow to start:
 * each test begins {@link #ready} and ends {@link #quiet}.
 */
final class Stage implements AutoCloseable {

    /** After this a silent dispatcher's attempts are handed over, or wait for it. */
    static final Duration LEASE = Duration.ofSeconds(4);

    /**
     * After this, counted from the lease's end, they are given up: longer than a dispatcher takes
     * to start on a busy machine, where a test lets it come back.
     */
    private static final Duration LOST_AFTER = Duration.ofSeconds(30);

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LONGEST_READ = Duration.ofSeconds(2);

    private static final Map<String, String> SETTINGS =
            Map.ofEntries(
                    Map.entry("KOHAKKU_FLEET_LEASE", LEASE.toSeconds() + "s"),
                    Map.entry("KOHAKKU_FLEET_HEARTBEATEVERY", "1s"),
                    Map.entry("KOHAKKU_RESCUE_LOSTAFTER", LOST_AFTER.toSeconds() + "s"),
                    // why: with one dispatcher alone, nobody else is heard while it is silent.
                    Map.entry("KOHAKKU_RESCUE_UNHEARDAFTER", LOST_AFTER.toSeconds() + "s"),
                    Map.entry("KOHAKKU_RESCUE_UNCLAIMEDAFTER", "3s"),
                    Map.entry("KOHAKKU_QUEUE_TAKEOVERAFTER", "2s"),
                    Map.entry("KOHAKKU_ATTEMPT_STOPGRACE", "2s"),
                    Map.entry("KOHAKKU_DOCKER_REQUESTTIMEOUT", "3s"),
                    Map.entry("KOHAKKU_REAPER_EVERY", "1s"),
                    Map.entry("KOHAKKU_LEAK_REPORTAFTER", "1s"),
                    Map.entry("KOHAKKU_LEAK_DESTROYAFTER", "2s"));

    private final Engine engine;
    private final Payloads payloads;
    private final Cluster cluster;
    private final ControllerNode controller;
    private final ControllerNode secondController;
    private final DispatcherNode a;
    private final DispatcherNode b;
    private final Api api;

    private Stage(Engine engine, Payloads payloads, Cluster cluster) throws IOException {
        this.engine = engine;
        this.payloads = payloads;
        this.cluster = cluster;
        this.controller = cluster.newController("controller-1");
        this.secondController = cluster.newController("controller-2");
        this.a = cluster.newDispatcher("a");
        this.b = cluster.newDispatcher("b");
        this.api = apiOf(controller);
    }

    /** Starts the engines; the processes come with {@link #ready}. */
    static Stage open(Path home) throws IOException {
        // why: other tests run beside these, and start processes.
        Awaitility.setDefaultTimeout(PATIENCE);
        return new Stage(Engine.reachable(), Payloads.listening(), Cluster.start(home, SETTINGS));
    }

    /** What every test may count on: one Controller and dispatcher {@code a}, which takes work. */
    void ready() throws IOException, InterruptedException {
        controller.process().start();
        a.process().start();
        controller.process().awaitReady();
        a.process().awaitReady();
        order(a, "uncordon");
    }

    /** Nobody else: what {@code a} leaves behind waits for it. */
    void alone() {
        secondController.process().kill();
        b.process().kill();
    }

    /** Dispatcher {@code b} beside it, which takes no new work, but over what {@code a} leaves. */
    void withSuccessor() throws IOException, InterruptedException {
        b.process().start().awaitReady();
        order(b, "cordon");
        // why longer than its longest read: one under way still brings it an attempt.
        await().until(() ->
                Duration.between(moment("b", "cordoned_at"), moment("b", "heartbeat_at"))
                                .compareTo(LONGEST_READ)
                        > 0);
    }

    private Instant moment(String dispatcher, String field)
            throws IOException, InterruptedException {
        for (var each : api.read("/api/v1/dispatchers").get("items")) {
            if (each.get("id").asString().equals(dispatcher)) {
                return Instant.parse(each.get(field).asString());
            }
        }
        throw new AssertionError("no dispatcher " + dispatcher);
    }

    /** Cordons, uncordons or drains a dispatcher. */
    void order(DispatcherNode dispatcher, String what) throws IOException, InterruptedException {
        var answer = api.call("POST", "/api/v1/dispatchers/" + dispatcher.id() + "/" + what, null);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /** Removes every trap and waits until no container is left. */
    void quiet() {
        controller.disarmAll();
        secondController.disarmAll();
        a.disarmAll();
        b.disarmAll();
        a.process().resume();
        b.process().resume();
        a.process().start();
        controller.process().start();
        await().alias("no container is left")
                .untilAsserted(() -> assertThat(containers()).isEmpty());
    }

    List<String> containers() {
        return engine.containersOf(cluster.installation()).stream()
                .map(container -> List.of(container.getNames()) + " " + container.getState())
                .toList();
    }

    Engine engine() {
        return engine;
    }

    Payloads payloads() {
        return payloads;
    }

    Cluster cluster() {
        return cluster;
    }

    Api api() {
        return api;
    }

    /** Asks another Controller than the first. */
    Api apiOf(ControllerNode node) {
        return new Api(node.url(), Cluster.TOKEN);
    }

    ControllerNode controller() {
        return controller;
    }

    ControllerNode secondController() {
        return secondController;
    }

    DispatcherNode a() {
        return a;
    }

    DispatcherNode b() {
        return b;
    }

    String submit(String script) throws IOException, InterruptedException {
        return api.submit(TaskBodies.shell(script));
    }

    String submit(String script, Map<String, ?> fields) throws IOException, InterruptedException {
        return api.submit(TaskBodies.shell(script, fields));
    }

    /** Waits for the end and reads what is recorded of it, which is sound. */
    History ended(String task) throws IOException, InterruptedException {
        api.awaitEnd(task);
        return History.of(api, payloads, task).isSound();
    }

    /** One attempt, one run, every line. */
    void completedOnce(String task, int lines) throws IOException, InterruptedException {
        ended(task).endedAs("COMPLETED").tookAttempts(1).ran(1).loggedAllLines(api, lines);
    }

    @Override
    public void close() throws IOException {
        try (engine;
                payloads;
                cluster) {
            a.disarmAll();
            b.disarmAll();
        }
    }
}
