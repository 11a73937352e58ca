package dev.kohakku.e2e.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.e2e.cluster.Cluster;
import dev.kohakku.e2e.cluster.ControllerNode;
import dev.kohakku.e2e.cluster.DispatcherNode;
import dev.kohakku.e2e.cluster.Release;
import dev.kohakku.e2e.cluster.ServiceProcess;
import dev.kohakku.e2e.race.Records;
import dev.kohakku.standalone.engine.EmbeddedTemporal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * From the release before to this one and back one step, service by service, with work of every
 * kind under way: nothing is lost, nothing runs twice, and at any time a Controller can serve.
 */
@Tag("upgrade")
class UpgradeE2E {

    private static final Release BEFORE = Release.previous();
    private static final Release NOW = Release.current();

    private final EmbeddedTemporal temporal = EmbeddedTemporal.start();
    private Cluster cluster;
    private List<ControllerNode> controllers;
    private List<DispatcherNode> dispatchers;
    private ServiceProcess workflowWorker;
    private Work work;

    @BeforeEach
    void theReleaseBeforeWorks() throws Exception {
        var home = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "upgrade");
        cluster =
                Cluster.start(
                        home,
                        Map.of(
                                "RUNTIME_BACKEND", "worker",
                                "MAX_RUNNING_TASKS", "5",
                                "TEMPORAL_ADDRESS", temporal.address()));
        controllers = List.of(cluster.newController("c1"), cluster.newController("c2"));
        dispatchers =
                List.of(
                        cluster.newDispatcher("d1", Map.of()),
                        cluster.newDispatcher("d2", Map.of()));
        workflowWorker =
                cluster.newWorkflowWorker(
                        "w1",
                        Map.of(
                                "CONTROLLER_URL",
                                "http://127.0.0.1:" + cluster.newBalancer().port()));
        work = new Work(new Client(addresses()), home.toRealPath().resolve("runs"));
        controllers.forEach(each -> each.process().becomes(BEFORE.controller()).start());
        controllers.forEach(each -> each.process().awaitReady());
        dispatchers.forEach(each -> each.process().becomes(BEFORE.dispatcher()).start());
        dispatchers.forEach(each -> each.process().awaitReady());
        workflowWorker.becomes(BEFORE.workflowWorker()).start();
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
        temporal.close();
    }

    @Test
    void controllersFirstAndBack() throws Exception {
        try (var records = new Records(cluster.jdbcUrl());
                var watch = new Watch(addresses())) {
            work.begin();
            controllersBecome(NOW);
            dispatchersBecome(NOW);
            workflowWorkerBecomes(NOW);
            work.endsWell(records);
            work.begin();
            workflowWorkerBecomes(BEFORE);
            dispatchersBecome(BEFORE);
            controllersBecome(BEFORE);
            work.endsWell(records);
            report("controllers first", watch);
        }
    }

    @Test
    void dispatchersFirstAndBack() throws Exception {
        try (var records = new Records(cluster.jdbcUrl());
                var watch = new Watch(addresses())) {
            work.begin();
            workflowWorkerBecomes(NOW);
            dispatchersBecome(NOW);
            controllersBecome(NOW);
            work.endsWell(records);
            work.begin();
            controllersBecome(BEFORE);
            dispatchersBecome(BEFORE);
            workflowWorkerBecomes(BEFORE);
            work.endsWell(records);
            report("dispatchers first", watch);
        }
    }

    private void controllersBecome(Release release) throws Exception {
        for (var controller : controllers) {
            replace(controller.process(), release.controller());
            work.more(3);
        }
    }

    private void dispatchersBecome(Release release) throws Exception {
        for (var dispatcher : dispatchers) {
            replace(dispatcher.process(), release.dispatcher());
            work.more(3);
        }
    }

    private void workflowWorkerBecomes(Release release) {
        replace(workflowWorker, release.workflowWorker());
    }

    /** As an operator does it: the next one only when this one is ready. */
    private static void replace(ServiceProcess process, List<String> by) {
        process.terminate();
        process.becomes(by).start().awaitReady();
    }

    private static void report(String order, Watch watch) {
        System.out.println(order + ": " + watch);
        assertThat(watch.unanswered()).as("%s", watch).isZero();
    }

    private List<URI> addresses() {
        return controllers.stream().map(ControllerNode::url).toList();
    }
}
