package dev.kohakku.e2e;

import static dev.kohakku.e2e.proxy.Fate.IS_DROPPED;
import static dev.kohakku.e2e.proxy.Trap.beforeForwarding;
import static dev.kohakku.e2e.proxy.Trap.beforeReplying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.e2e.cluster.Cluster;
import dev.kohakku.e2e.cluster.DispatcherNode;
import dev.kohakku.e2e.proxy.Trap;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One dispatcher id, two processes: one is sent its attempts, the other stands by. */
class InternalQueueE2E {

    private static final int LINES = 5;
    private static final int CAPACITY = 2;
    private static final Duration PATIENT = Duration.ofSeconds(60);

    private static final Map<String, String> SETTINGS =
            Map.of(
                    "KOHAKKU_FLEET_LEASE", "4s",
                    "KOHAKKU_FLEET_HEARTBEATEVERY", "1s",
                    "KOHAKKU_RESCUE_UNCLAIMEDAFTER", "3s",
                    "KOHAKKU_QUEUE_LISTLEASE", "3s",
                    "KOHAKKU_QUEUE_TAKEOVERAFTER", "2s",
                    "KOHAKKU_ATTEMPT_STOPGRACE", "2s");

    private static final Map<String, String> OWN =
            Map.of(
                    "DISPATCHER_ID",
                    "own",
                    "QUEUE_SOURCE",
                    "internal",
                    "MAX_RUNNING_TASKS",
                    Integer.toString(CAPACITY));

    private Engine engine;
    private Payloads payloads;
    private Cluster cluster;
    private Api api;
    private DispatcherNode first;
    private DispatcherNode standby;

    @BeforeEach
    void start() throws Exception {
        engine = Engine.reachable();
        payloads = Payloads.listening();
        cluster = Cluster.start(Path.of("target", "internal-queue"), SETTINGS);
        var controller = cluster.newController("controller");
        first = cluster.newDispatcher("own-1", OWN);
        standby = cluster.newDispatcher("own-2", OWN);
        api = new Api(controller.url(), Cluster.TOKEN);
        controller.process().start();
        first.process().start();
        controller.process().awaitReady();
        first.process().awaitReady();
        standby.process().start();
    }

    @AfterEach
    void stop() throws IOException {
        try (var _ = engine;
                var _ = payloads) {
            first.process().resume();
            await().alias("no container is left")
                    .atMost(PATIENT)
                    .until(() -> engine.containersOf(cluster.installation()).isEmpty());
        } finally {
            cluster.close();
        }
    }

    private String list() {
        return "kohakku:tasks:list:own";
    }

    private String submit(String script) throws IOException, InterruptedException {
        return api.submit(TaskBodies.shell(script));
    }

    private void completedOnce(String task, int lines) throws IOException, InterruptedException {
        api.awaitEnd(task);
        History.of(api, payloads, task)
                .isSound()
                .endedAs("COMPLETED")
                .tookAttempts(1)
                .ran(1)
                .loggedAllLines(api, lines);
    }

    @Test
    void tasksAreSentToItAndCompleteOnce() throws Exception {
        var tasks = new ArrayList<String>();
        for (var i = 0; i < 2 * CAPACITY + 3; i++) {
            tasks.add(submit(payloads.printing(LINES)));
        }

        for (var task : tasks) {
            completedOnce(task, LINES);
        }
        assertThat(api.read("/api/v1/dispatchers").toString())
                .contains("\"mode\":\"http\"", "\"queue\":\"" + list() + "\"");
        assertThat(cluster.redis().ask("EXISTS kohakku:tasks")).startsWith(":0");
        assertThat(cluster.redis().ask("LLEN " + list() + ":processing")).startsWith(":0");
    }

    @Test
    void killedWhileItRunsSomeAndHoldsOthersItIsFollowedByTheOneThatStandsBy() throws Exception {
        var gate = payloads.newGate();
        var tasks = new ArrayList<String>();
        for (var i = 0; i < CAPACITY; i++) {
            tasks.add(submit(payloads.waitingAt(gate, LINES)));
        }
        for (var task : tasks) {
            api.awaitState(task, "RUNNING");
        }
        var waiting =
                List.of(submit(payloads.printing(2 * LINES)), submit(payloads.printing(2 * LINES)));
        await().atMost(PATIENT).until(() -> cluster.redis().ask("LLEN " + list()).startsWith(":2"));

        first.process().kill();

        standby.process().awaitReady();
        gate.open();
        tasks.addAll(waiting);
        for (var task : tasks) {
            completedOnce(task, 2 * LINES);
        }
    }

    private void isFollowedAfter(Trap point) throws Exception {
        var task = submit(payloads.printing(LINES));
        point.awaitSprung();
        completedOnce(task, LINES);
        assertThat(first.process().isAlive()).isFalse();
    }

    private Trap killing(Trap point) {
        return point.doing(first.process()::kill).then(IS_DROPPED);
    }

    @Test
    void killedAfterTheMoveBeforeItIsToldOfIt() throws Exception {
        isFollowedAfter(first.redis().arm(killing(beforeReplying("task_id"))));
    }

    @Test
    void killedAfterTheReadBeforeTheClaim() throws Exception {
        isFollowedAfter(first.controller().arm(killing(beforeForwarding("POST \\S*/claim/"))));
    }

    @Test
    void killedAfterTheClaimBeforeTheAcknowledgement() throws Exception {
        isFollowedAfter(first.redis().arm(killing(beforeForwarding("HDEL"))));
    }

    @Test
    void pausedPastItsLeaseAndResumedItTakesNothingMore() throws Exception {
        first.process().pause();
        standby.process().awaitReady();
        await().atMost(PATIENT)
                .until(() -> !cluster.redis().ask("GET " + list() + ":lease").startsWith("$-1"));
        var holder = cluster.redis().ask("GET " + list() + ":lease");

        first.process().resume();
        for (var i = 0; i < 2 * CAPACITY; i++) {
            completedOnce(submit(payloads.printing(LINES)), LINES);
        }

        assertThat(cluster.redis().ask("GET " + list() + ":lease")).isEqualTo(holder);
        assertThat(api.read("/api/v1/dispatchers").get("items").size()).isOne();
        assertThat(api.read("/api/v1/dispatchers").at("/items/0/url").asString())
                .isEqualTo(standby.url().toString());
    }
}
