package dev.kohakku.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.e2e.cluster.Cluster;
import dev.kohakku.e2e.cluster.Killer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Many containers on the real engine while the two dispatchers on it are killed by chance: each
 * runs once, in one attempt, with its whole log, and nothing is left. {@code
 * KOHAKKU_SOAK_CONTAINERS} sets the size.
 */
class SoakE2E {

    private static final int CONTAINERS =
            Integer.parseInt(System.getenv().getOrDefault("KOHAKKU_SOAK_CONTAINERS", "30"));
    private static final Duration KILL_EVERY = Duration.ofSeconds(5);
    private static final Duration ALL_ENDED_WITHIN = Duration.ofSeconds(120 + 2L * CONTAINERS);
    private static final int LINES = 40;
    private static final int LONGEST_SECONDS = 12;

    private static final Map<String, String> SETTINGS =
            Map.of(
                    "KOHAKKU_FLEET_LEASE", "4s",
                    "KOHAKKU_FLEET_HEARTBEATEVERY", "1s",
                    "KOHAKKU_RESCUE_UNCLAIMEDAFTER", "5s",
                    "KOHAKKU_QUEUE_TAKEOVERAFTER", "3s",
                    "KOHAKKU_REAPER_EVERY", "2s",
                    "KOHAKKU_LEAK_REPORTAFTER", "1s",
                    "KOHAKKU_LEAK_DESTROYAFTER", "2s",
                    "MAX_RUNNING_TASKS", "500");

    @Test
    void containersOutliveTheirDispatchersAndEndClean() throws Exception {
        try (var engine = Engine.reachable();
                var payloads = Payloads.listening();
                var cluster = Cluster.start(Path.of("target", "soak"), SETTINGS)) {
            var controller = cluster.newController("controller");
            var dispatchers =
                    List.of(
                            cluster.newDispatcher("a").process(),
                            cluster.newDispatcher("b").process());
            controller.process().start().awaitReady();
            dispatchers.forEach(each -> each.start());
            dispatchers.forEach(each -> each.awaitReady());
            var api = new Api(controller.url(), Cluster.TOKEN);
            var seed = System.nanoTime();

            try (var killer = new Killer(dispatchers, KILL_EVERY, seed).start()) {
                var tasks = submitted(api, payloads, new Random(seed));
                await().atMost(ALL_ENDED_WITHIN)
                        .until(() -> tasks.stream().allMatch(api::hasEnded));
                System.out.println("seed " + seed + ", " + killer.stop() + " kills of dispatchers");
                for (var task : tasks) {
                    History.of(api, payloads, task)
                            .isSound()
                            .endedAs("COMPLETED")
                            .tookAttempts(1)
                            .ran(1)
                            .loggedAllLines(api, LINES);
                }
            }
            dispatchers.forEach(each -> each.start().awaitReady());
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() ->
                            assertThat(engine.containersOf(cluster.installation())).isEmpty());
        }
    }

    private static List<String> submitted(Api api, Payloads payloads, Random random)
            throws Exception {
        var tasks = new ArrayList<String>();
        for (var i = 0; i < CONTAINERS; i++) {
            var seconds = random.nextInt(LONGEST_SECONDS);
            tasks.add(api.submit(TaskBodies.shell(payloads.sleeping(seconds, LINES))));
        }
        return tasks;
    }
}
