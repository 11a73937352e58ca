package dev.kohakku.e2e.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.e2e.cluster.Cluster;
import dev.kohakku.e2e.cluster.ControllerNode;
import dev.kohakku.e2e.cluster.DispatcherNode;
import dev.kohakku.e2e.cluster.PooledPostgres;
import dev.kohakku.e2e.cluster.RedisServer;
import dev.kohakku.e2e.cluster.ServiceProcess;
import java.net.URI;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Two Controllers behind a balancer, two workers of the queue {@code dispatch} and one of the
 * others, three dispatchers, two workflow workers, three Redis, PgBouncer, a primary and its
 * standby: all as processes of their own.
 */
final class ScaledOut {

    static final int SLOTS = 20;

    private final Cluster cluster;
    private final URI engine;
    private final Map<String, String> settings = new HashMap<>();
    private final PooledPostgres database;
    private final RedisServer queue;
    private final RedisServer state;
    private final List<ControllerNode> controllers = new ArrayList<>();
    private final List<ServiceProcess> workers = new ArrayList<>();
    private final List<ServiceProcess> workflowWorkers = new ArrayList<>();
    private final List<DispatcherNode> dispatchers = new ArrayList<>();
    private final URI balancer;

    private ScaledOut(Cluster cluster, URI engine) throws Exception {
        this.cluster = cluster;
        this.engine = engine;
        database = cluster.newPooledPostgres();
        settings.putAll(database.settings());
        queue = cluster.newRedis("redis-queue");
        state = cluster.newRedis("redis-state");
        settings.put("QUEUE_REDIS_URL", queue.url());
        settings.put("STATE_REDIS_URL", state.url());
        settings.put("CACHE_REDIS_URL", cluster.redis().url());
        settings.put("TEMPORAL_ADDRESS", cluster.newTemporal());
        for (var name : List.of("controller-1", "controller-2")) {
            var api = new HashMap<>(settings);
            api.put("KOHAKKU_ROLES", "api");
            controllers.add(cluster.newController(name, api));
        }
        balancer = cluster.newReadyBalancer();
        settings.put("CONTROLLER_URL", balancer.toString());
        workers.add(cluster.newWorker("worker-dispatch-1", "dispatch", settings).process());
        workers.add(cluster.newWorker("worker-dispatch-2", "dispatch", settings).process());
        workers.add(cluster.newWorker("worker-rest", "default,cleanup", settings).process());
        for (var id : List.of("d1", "d2", "d3")) {
            dispatchers.add(MockDispatchers.define(cluster, id, engine, settings));
        }
        for (var name : List.of("workflow-worker-1", "workflow-worker-2")) {
            workflowWorkers.add(cluster.newWorkflowWorker(name, settings));
        }
    }

    /** Starts all; blocks until each takes work. */
    static ScaledOut started(Cluster cluster, URI engine) throws Exception {
        var parts = new ScaledOut(cluster, engine);
        parts.processes().forEach(ServiceProcess::start);
        parts.awaitReady();
        return parts;
    }

    private List<ServiceProcess> processes() {
        var all = new ArrayList<>(workers);
        controllers.forEach(each -> all.add(each.process()));
        all.addAll(workflowWorkers);
        dispatchers.forEach(each -> all.add(each.process()));
        return all;
    }

    void awaitReady() {
        processes().forEach(ServiceProcess::awaitReady);
    }

    URI balancer() {
        return balancer;
    }

    /** Something that happens to one process while work is under way. */
    record Fault(String name, Happening what) {}

    /** What it is. */
    @FunctionalInterface
    interface Happening {

        void run() throws Exception;
    }

    /** One process of each kind is killed and started again, and one is added. */
    List<Fault> faults() {
        return List.of(
                new Fault("a dispatcher is killed", () -> revive(dispatchers.get(1).process())),
                new Fault("a Controller is killed", () -> revive(controllers.getFirst().process())),
                new Fault("a dispatcher is added", this::addDispatcher),
                new Fault("a dispatch worker is killed", () -> revive(workers.getFirst())),
                new Fault("PgBouncer is killed", database::restartPooler),
                new Fault("the queue's Redis is killed", () -> revive(queue)),
                new Fault("a workflow worker is killed", () -> revive(workflowWorkers.getFirst())),
                new Fault("the primary is lost, its standby promoted", this::failOver),
                new Fault("the other worker is killed", () -> revive(workers.getLast())),
                new Fault("the state's Redis is killed", () -> revive(state)),
                new Fault("the cache's Redis is killed", () -> revive(cluster.redis())));
    }

    /** Until then lists were read at the standby. */
    private void failOver() throws Exception {
        var reads = 0.0;
        for (var controller : controllers) {
            reads += controller.metrics("kohakku_replica_reads_total{", "server=\"replica-1\"");
        }
        assertThat(reads).as("lists that the standby answered").isPositive();
        database.failOver();
    }

    /** The database, asked past everything that is in between. */
    Records records() throws SQLException {
        return new Records(database.jdbcUrl());
    }

    private static void revive(ServiceProcess process) {
        process.kill();
        process.start();
    }

    private static void revive(RedisServer redis) {
        redis.kill();
        redis.start();
    }

    private void addDispatcher() throws Exception {
        var added = MockDispatchers.define(cluster, "d4", engine, settings);
        dispatchers.add(added);
        added.process().start().awaitReady();
    }

    /** Every slot of every dispatcher comes free. */
    void assertNothingIsHeld() {
        for (var dispatcher : dispatchers) {
            await().untilAsserted(() ->
                    assertThat(dispatcher.metric("kohakku_slots_free"))
                            .as("free slots of " + dispatcher.id())
                            .isEqualTo(SLOTS));
        }
    }
}
