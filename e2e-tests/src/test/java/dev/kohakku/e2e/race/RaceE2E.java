package dev.kohakku.e2e.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.dispatcher.backend.mock.MockEngine;
import dev.kohakku.dispatcher.backend.mock.MockEngineServer;
import dev.kohakku.e2e.cluster.Cluster;
import dev.kohakku.e2e.cluster.DispatcherNode;
import dev.kohakku.e2e.cluster.Killer;
import dev.kohakku.e2e.cluster.ServiceProcess;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Two Controllers and three dispatchers race over many tasks while one of them is killed every few
 * seconds. {@code KOHAKKU_RACE_TASKS} and {@code KOHAKKU_RACE_KILL_EVERY} (seconds) set the size.
 */
class RaceE2E {

    private static final int TASKS = number("KOHAKKU_RACE_TASKS", 250);
    private static final int KILL_EVERY = number("KOHAKKU_RACE_KILL_EVERY", 5);
    private static final int SLOTS = 20;
    private static final Duration ALL_ENDED_WITHIN = Duration.ofSeconds(90 + TASKS / 10);

    private static final Map<String, String> SETTINGS =
            Map.of(
                    "KOHAKKU_FLEET_LEASE", "4s",
                    "KOHAKKU_FLEET_HEARTBEATEVERY", "1s",
                    "KOHAKKU_RESCUE_LOSTAFTER", "10s",
                    "KOHAKKU_RESCUE_UNCLAIMEDAFTER", "5s",
                    "KOHAKKU_QUEUE_TAKEOVERAFTER", "3s",
                    "KOHAKKU_REAPER_EVERY", "2s",
                    "KOHAKKU_LEAK_DESTROYAFTER", "2s",
                    "KOHAKKU_LEAK_REPORTAFTER", "1s",
                    "MAX_RUNNING_TASKS", Integer.toString(SLOTS),
                    "RUNTIME_BACKEND", "worker");

    private static int number(String variable, int otherwise) {
        var text = System.getenv(variable);
        return text == null || text.isBlank() ? otherwise : Integer.parseInt(text);
    }

    @Test
    void noneIsLostNoneRunsTwiceAndNothingIsLeft() throws Exception {
        var engine = new MockEngine(InstantSource.system());
        try (var cluster = Cluster.start(Path.of("target", "race"), SETTINGS);
                var mock = MockEngineServer.start(engine, cluster.installation())) {
            var controllers = List.of(cluster.newController("c1"), cluster.newController("c2"));
            var dispatchers = dispatchers(cluster, mock.url());
            var processes =
                    Stream.concat(
                                    controllers.stream().map(each -> each.process()),
                                    dispatchers.stream().map(DispatcherNode::process))
                            .toList();
            processes.forEach(ServiceProcess::start);
            processes.forEach(ServiceProcess::awaitReady);
            var seed = System.nanoTime();
            var client =
                    new RaceClient(URI.create("http://127.0.0.1:" + cluster.newBalancer().port()));
            try (var records = new Records(cluster.jdbcUrl());
                    var killer =
                            new Killer(processes, Duration.ofSeconds(KILL_EVERY), seed).start()) {
                var accepted = client.submit(new RandomTask(seed), TASKS);
                await().atMost(ALL_ENDED_WITHIN)
                        .until(() -> records.notEnded().size() < Math.max(10, TASKS / 20));
                var kills = killer.stop();
                processes.forEach(ServiceProcess::start);
                await().atMost(ALL_ENDED_WITHIN)
                        .untilAsserted(() -> assertThat(records.notEnded()).isEmpty());
                System.out.println(
                        "seed " + seed + ", " + kills + " kills; attempts: " + records.ends());
                assertRecords(records, accepted);
                records.assertRunsOf(engine);
            }
            assertNothingIsLeft(cluster, dispatchers, engine);
        }
    }

    private static List<DispatcherNode> dispatchers(Cluster cluster, URI engine) throws Exception {
        var dispatchers = new ArrayList<DispatcherNode>();
        for (var id : List.of("d1", "d2", "d3")) {
            dispatchers.add(MockDispatchers.define(cluster, id, engine, Map.of()));
        }
        return dispatchers;
    }

    private static void assertRecords(Records records, List<String> accepted) throws Exception {
        assertThat(records.tasks()).as("tasks there are").containsAll(accepted);
        assertThat(records.tasks()).as("tasks nobody submitted").hasSize(accepted.size());
        records.assertEachEndedOnce();
    }

    private static void assertNothingIsLeft(
            Cluster cluster, List<DispatcherNode> dispatchers, MockEngine engine) {
        dispatchers.forEach(each -> each.process().awaitReady());
        for (var dispatcher : dispatchers) {
            await().untilAsserted(() ->
                    assertThat(dispatcher.metric("kohakku_slots_free"))
                            .as("free slots of " + dispatcher.id())
                            .isEqualTo(SLOTS));
        }
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(engine.present()).as("containers").isEmpty());
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() ->
                        assertThat(cluster.redis().ask("XPENDING {kohakku:tasks}:ecs dispatchers"))
                                .as("open deliveries")
                                .startsWith("*4\r\n:0\r\n"));
    }
}
