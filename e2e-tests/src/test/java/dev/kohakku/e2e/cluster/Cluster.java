package dev.kohakku.e2e.cluster;

import dev.kohakku.e2e.proxy.BytesProxy;
import dev.kohakku.e2e.proxy.HttpProxy;
import dev.kohakku.e2e.proxy.Upstream;
import dev.kohakku.standalone.balancer.Balancer;
import dev.kohakku.standalone.engine.EmbeddedObjectStore;
import dev.kohakku.standalone.engine.EmbeddedPostgres;
import dev.kohakku.standalone.engine.EmbeddedTemporal;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Engines of its own, and as many Controllers and dispatchers as a test defines. Nothing of it is
 * shared with another cluster but the Docker engine, where its installation is its own.
 */
public final class Cluster implements AutoCloseable {

    /** The API token. */
    public static final String TOKEN = "e2e-token-of-at-least-thirty-two-characters";

    private static final Path DOCKER = Path.of("/var/run/docker.sock");

    private final String installation = "e2e-" + UUID.randomUUID().toString().substring(0, 8);
    private final Path home;
    private final Map<String, String> settings;
    private final Watchman watchman = Watchman.of(installation);
    private final Deque<Closeable> parts = new ArrayDeque<>();
    private final List<Upstream> controllers = new ArrayList<>();
    private final List<URI> controllerUrls = new ArrayList<>();
    private final EmbeddedPostgres postgres;
    private final RedisServer redis;
    private final EmbeddedObjectStore objects;

    private Cluster(Path home, Map<String, String> settings) {
        this.home = home;
        this.settings = settings;
        Runtime.getRuntime().addShutdownHook(new Thread(this::closeQuietly, "close-cluster"));
        postgres = closes(EmbeddedPostgres.start(), EmbeddedPostgres::close);
        watchman.watch(postgres.pid());
        redis = closes(new RedisServer(home.resolve("redis"), watchman), RedisServer::close);
        objects = closes(EmbeddedObjectStore.start(), EmbeddedObjectStore::close);
    }

    /**
     * Starts the engines.
     *
     * @param home where logs and data lie
     * @param settings of every process, as environment variables
     */
    public static Cluster start(Path home, Map<String, String> settings) throws IOException {
        return new Cluster(Files.createDirectories(home).toRealPath(), settings);
    }

    private <T> T closes(T part, Closing<T> closing) {
        parts.push(() -> closing.close(part));
        return part;
    }

    /** How a part is closed. */
    @FunctionalInterface
    private interface Closing<T> {

        void close(T part) throws IOException;
    }

    public String installation() {
        return installation;
    }

    public RedisServer redis() {
        return redis;
    }

    /** Of the database that the Controllers use. */
    public String jdbcUrl() {
        return "jdbc:postgresql://%s:%d/%s?user=%s&password=%s"
                .formatted(
                        postgres.host(),
                        postgres.port(),
                        postgres.database(),
                        postgres.user(),
                        postgres.password());
    }

    /** Where the Controllers are reached, whichever lives: as through a balancer. */
    public HttpProxy newBalancer() throws IOException {
        return closes(HttpProxy.to(Upstream.firstOf(controllers)), HttpProxy::close);
    }

    /** One more Redis, with its data on disk. */
    public RedisServer newRedis(String name) {
        return closes(new RedisServer(home.resolve(name), watchman), RedisServer::close);
    }

    /** A pooler and a standby for the database; {@link #jdbcUrl} goes past them. */
    public PooledPostgres newPooledPostgres() {
        return closes(PooledPostgres.before(postgres, watchman), PooledPostgres::close);
    }

    /** A Temporal in memory; answers its address. */
    public String newTemporal() {
        return closes(EmbeddedTemporal.start(), EmbeddedTemporal::close).address();
    }

    /**
     * A balancer as a user has it, before the Controllers defined so far: in turn, to those that
     * are ready.
     */
    public URI newReadyBalancer() {
        var port = Ports.take();
        closes(
                Balancer.start(
                        port,
                        List.copyOf(controllerUrls),
                        url -> Readiness.answering(url.resolve("/ready/")).isReady()),
                Balancer::close);
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Defines a Controller that only works in the background; it is not started. */
    public ControllerNode newWorker(String name, String queues, Map<String, String> more)
            throws IOException {
        var settings = new HashMap<>(more);
        settings.put("KOHAKKU_ROLES", "worker");
        settings.put("WORKER_QUEUES", queues);
        return controller(name, Ports.take(), settings);
    }

    /** Defines a workflow worker; it is not started. */
    public ServiceProcess newWorkflowWorker(String name, Map<String, String> more) {
        var environment = new HashMap<>(settings);
        environment.put("CONTROLLER_TOKEN", TOKEN);
        environment.putAll(more);
        var log = home.resolve(name + ".log");
        return closes(
                new ServiceProcess(
                        log,
                        UnpackedService.WORKFLOW_WORKER.command(),
                        environment,
                        Readiness.saying(
                                log, "Starting WorkflowWorkerApplication", "workflow-worker ready"),
                        watchman),
                ServiceProcess::close);
    }

    /** Defines a Controller; it is not started. All are defined before the first dispatcher. */
    public ControllerNode newController(String name) throws IOException {
        return newController(name, Map.of());
    }

    /** The same with more settings, which come before the usual ones. */
    public ControllerNode newController(String name, Map<String, String> more) throws IOException {
        var port = Ports.take();
        controllers.add(Upstream.tcp(port));
        controllerUrls.add(URI.create("http://127.0.0.1:" + port));
        return controller(name, port, more);
    }

    private ControllerNode controller(String name, int port, Map<String, String> more)
            throws IOException {
        var url = URI.create("http://127.0.0.1:" + port);
        var redisWay = BytesProxy.to(Upstream.tcp(redis.port()));
        var postgresWay = BytesProxy.to(Upstream.tcp(postgres.port()));
        var environment = environment(port, redisWay);
        environment.put("POSTGRES_HOST", "127.0.0.1");
        environment.put("POSTGRES_PORT", Integer.toString(postgresWay.port()));
        environment.put("POSTGRES_DB", postgres.database());
        environment.put("POSTGRES_USER", postgres.user());
        environment.put("POSTGRES_PASSWORD", postgres.password());
        environment.put("KOHAKKU_BOOTSTRAP_TOKEN", TOKEN);
        environment.putIfAbsent("TEMPORAL_ADDRESS", "127.0.0.1:1");
        environment.putAll(more);
        var process =
                process(
                        name,
                        UnpackedService.CONTROLLER.command(),
                        environment,
                        url.resolve("/ready/"));
        return closes(
                new ControllerNode(process, url, redisWay, postgresWay), ControllerNode::close);
    }

    /** Defines a dispatcher on the Docker engine; it is not started. */
    public DispatcherNode newDispatcher(String id) throws IOException {
        return newDispatcher(id, UnpackedService.DISPATCHER.command(), Map.of());
    }

    /** The same with more settings, which come before the usual ones. */
    public DispatcherNode newDispatcher(String name, Map<String, String> more) throws IOException {
        return newDispatcher(name, UnpackedService.DISPATCHER.command(), more);
    }

    /**
     * Defines a dispatcher that is started by another main class, with the service's own libraries
     * on its class path.
     *
     * @param classPath what is put behind them
     */
    public DispatcherNode newDispatcher(
            String id, List<Path> classPath, Class<?> mainClass, Map<String, String> more)
            throws IOException {
        return newDispatcher(
                id, UnpackedService.DISPATCHER.command(classPath, mainClass.getName()), more);
    }

    private DispatcherNode newDispatcher(String id, List<String> command, Map<String, String> more)
            throws IOException {
        var port = Ports.take();
        var url = URI.create("http://127.0.0.1:" + port);
        var redisWay = BytesProxy.to(Upstream.tcp(redis.port()));
        var controllerWay = HttpProxy.to(Upstream.firstOf(controllers));
        var engineWay = HttpProxy.to(Upstream.unix(DOCKER));
        var environment = environment(port, redisWay);
        environment.put("DISPATCHER_ID", id);
        environment.put("DISPATCHER_URL", url.toString());
        environment.put("CONTROLLER_URL", "http://127.0.0.1:" + controllerWay.port());
        environment.put("DOCKER_HOST", "tcp://127.0.0.1:" + engineWay.port());
        environment.putAll(more);
        var process = process(id, command, environment, url.resolve("/ready"));
        return closes(
                new DispatcherNode(id, process, url, controllerWay, engineWay, redisWay),
                DispatcherNode::close);
    }

    private Map<String, String> environment(int port, BytesProxy redisWay) {
        var environment = new HashMap<String, String>();
        environment.put("SERVER_PORT", Integer.toString(port));
        // why not the defaults: containers reach a dispatcher by another address than loopback.
        environment.put("DISPATCHER_API_KEY", "end-to-end-dispatcher-key");
        environment.put("CALLBACK_SIGNING_KEY", "end-to-end-signing-key");
        environment.put("KOHAKKU_INSTALLATION", installation);
        environment.put("KOHAKKU_HOME", home.toString());
        environment.put("REDIS_URL", "redis://127.0.0.1:" + redisWay.port());
        environment.put("MINIO_ENDPOINT", objects.endpoint());
        environment.put("MINIO_ACCESS_KEY", objects.accessKey());
        environment.put("MINIO_SECRET_KEY", objects.secretKey());
        environment.put("MINIO_BUCKET", objects.bucket());
        environment.putAll(settings);
        return environment;
    }

    private ServiceProcess process(
            String name, List<String> command, Map<String, String> environment, URI readiness) {
        return new ServiceProcess(
                home.resolve(name + ".log"),
                command,
                environment,
                Readiness.answering(readiness),
                watchman);
    }

    /** Ends every process, whatever state it is in. Idempotent. */
    @Override
    public synchronized void close() throws IOException {
        if (parts.isEmpty()) {
            return;
        }
        var failure = new IOException("a part of the cluster did not close");
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (IOException | RuntimeException e) {
                failure.addSuppressed(e);
            }
        }
        watchman.close();
        if (failure.getSuppressed().length > 0) {
            throw failure;
        }
    }

    private void closeQuietly() {
        try {
            close();
        } catch (IOException e) {
            System.err.println("A part of the cluster did not close: " + e);
        }
    }
}
