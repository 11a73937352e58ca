package dev.kohakku.e2e.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kohakku.dispatcher.backend.mock.MockEngine;
import dev.kohakku.dispatcher.backend.mock.MockEngineServer;
import dev.kohakku.e2e.cluster.Cluster;
import dev.kohakku.standalone.engine.EmbeddedPgBouncer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Several of everything, as the scaling page has it: while tasks and workflows come in, one process
 * of each kind is killed, one is added and the primary fails over. {@code KOHAKKU_SCALE_TASKS} and
 * {@code KOHAKKU_SCALE_WORKFLOWS} set the size.
 */
class ScaleOutE2E {

    private static final int TASKS = number("KOHAKKU_SCALE_TASKS", 150);
    private static final int WORKFLOWS = number("KOHAKKU_SCALE_WORKFLOWS", 5);
    private static final Duration ALL_ENDED_WITHIN = Duration.ofSeconds(120 + TASKS / 10);

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
                    "MAX_RUNNING_TASKS", Integer.toString(ScaledOut.SLOTS),
                    "RUNTIME_BACKEND", "worker");

    private static int number(String variable, int otherwise) {
        var text = System.getenv(variable);
        return text == null || text.isBlank() ? otherwise : Integer.parseInt(text);
    }

    @Test
    void nothingIsLostAndNothingRunsTwiceWhileOneOfEachDiesAndOneIsAdded() throws Exception {
        assumeTrue(
                EmbeddedPgBouncer.program().isPresent()
                        || "1".equals(System.getenv("KOHAKKU_REQUIRE_PGBOUNCER")),
                "no pgbouncer");
        var engine = new MockEngine(InstantSource.system());
        try (var cluster = Cluster.start(Path.of("target", "scale"), SETTINGS);
                var mock = MockEngineServer.start(engine, cluster.installation())) {
            var parts = ScaledOut.started(cluster, mock.url());
            var seed = System.nanoTime();
            System.out.println("seed " + seed);
            var accepted = accepted(parts, seed);
            parts.awaitReady();
            try (var records = parts.records()) {
                await().atMost(ALL_ENDED_WITHIN)
                        .untilAsserted(() -> assertThat(records.notEnded()).isEmpty());
                await().atMost(ALL_ENDED_WITHIN)
                        .untilAsserted(() -> assertThat(records.workflowsNotCompleted()).isEmpty());
                System.out.println(
                        "attempts: " + records.ends() + ", by dispatcher: " + records.shares());
                assertRecords(records, accepted);
                records.assertRunsOf(engine);
                assertThat(records.shares()).as("dispatchers that took part").hasSize(4);
            }
            parts.assertNothingIsHeld();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(engine.present()).as("containers").isEmpty());
        }
    }

    /** What a client was told 201 for. */
    private record Accepted(List<String> tasks, List<String> workflows) {}

    /** A part of the load comes before each fault, so that each meets work under way. */
    private static Accepted accepted(ScaledOut parts, long seed) throws Exception {
        var client = new RaceClient(parts.balancer());
        var random = new RandomTask(seed);
        var accepted = new Accepted(new ArrayList<>(), new ArrayList<>());
        var faults = parts.faults();
        for (int number = 0; number <= faults.size(); number++) {
            int portions = faults.size() + 1;
            accepted.workflows()
                    .addAll(client.startWorkflows(random, portion(WORKFLOWS, number, portions)));
            accepted.tasks().addAll(client.submit(random, portion(TASKS, number, portions)));
            assertThat(client.newest()).contains(accepted.tasks().getLast());
            if (number < faults.size()) {
                System.out.println(faults.get(number).name());
                faults.get(number).what().run();
            }
        }
        return accepted;
    }

    private static int portion(int all, int number, int portions) {
        return all * (number + 1) / portions - all * number / portions;
    }

    private static void assertRecords(Records records, Accepted accepted) throws Exception {
        assertThat(accepted.tasks()).hasSize(TASKS);
        assertThat(records.tasks()).as("tasks there are").containsAll(accepted.tasks());
        assertThat(records.tasksOfWorkflows())
                .as("workflows with a task of their own")
                .containsExactlyInAnyOrderElementsOf(accepted.workflows());
        assertThat(records.tasks()).as("tasks nobody submitted").hasSize(TASKS + WORKFLOWS);
        records.assertEachEndedOnce();
    }
}
