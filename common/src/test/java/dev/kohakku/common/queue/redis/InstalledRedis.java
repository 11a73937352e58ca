package dev.kohakku.common.queue.redis;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kohakku.standalone.engine.FreePort;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * Servers of the {@code redis-server} that is installed (7 or newer): Sentinels and clusters, which
 * the embedded one cannot do. Tests are skipped where there is none, and fail there with {@code
 * KOHAKKU_REQUIRE_REDIS=1}.
 */
final class InstalledRedis implements AutoCloseable {

    static final Duration PATIENT = Duration.ofSeconds(60);
    private static final String HOST = "127.0.0.1";

    private final RedisClient client = RedisClient.create();
    private final Deque<Process> processes = new ArrayDeque<>();
    private final Path directory;
    private Process firstMaster;

    private InstalledRedis(Path directory) {
        this.directory = directory;
    }

    /** An address whose answers may be slow: the machine is busy with other tests. */
    static RedisEndpoints patient(String url) {
        return new RedisEndpoints(url, null, null, null, Duration.ofSeconds(15));
    }

    private static InstalledRedis inNewDirectory() {
        var installed =
                List.of("/usr/bin/redis-server", "/usr/local/bin/redis-server").stream()
                        .anyMatch(each -> Files.isExecutable(Path.of(each)));
        if (!installed && "1".equals(System.getenv("KOHAKKU_REQUIRE_REDIS"))) {
            throw new AssertionError("KOHAKKU_REQUIRE_REDIS is set, and no redis-server is here");
        }
        assumeTrue(installed, "needs an installed redis-server, 7 or newer");
        try {
            return new InstalledRedis(Files.createTempDirectory("installed-redis"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A cluster of three masters, and its address. */
    record Cluster(InstalledRedis servers, String url) implements AutoCloseable {

        static Cluster start() {
            var servers = inNewDirectory();
            var ports = new ArrayList<Integer>();
            for (var i = 0; i < 3; i++) {
                var port = FreePort.orFree(0);
                ports.add(port);
                servers.launch(
                        "--port",
                        "" + port,
                        "--cluster-enabled",
                        "yes",
                        "--cluster-config-file",
                        port + ".conf",
                        "--cluster-port",
                        "" + FreePort.orFree(0),
                        "--appendonly",
                        "yes",
                        "--appenddirname",
                        "aof-" + port);
            }
            servers.formCluster(ports);
            return new Cluster(
                    servers,
                    "redis-cluster://"
                            + HOST
                            + ":"
                            + ports.get(0)
                            + ","
                            + HOST
                            + ":"
                            + ports.get(1));
        }

        @Override
        public void close() {
            servers.close();
        }
    }

    private void formCluster(List<Integer> ports) {
        for (var i = 0; i < 3; i++) {
            var from = i * 5461;
            var to = i == 2 ? 16_383 : from + 5460;
            ask(
                    ports.get(i),
                    redis -> redis.clusterAddSlots(IntStream.rangeClosed(from, to).toArray()));
            ask(ports.get(i), redis -> redis.clusterMyId());
        }
        for (var port : ports) {
            if (port.equals(ports.getFirst())) {
                continue;
            }
            // why with the bus: it is not ten thousand above the port here.
            var bus = ask(port, redis -> redis.configGet("cluster-port")).get("cluster-port");
            ask(
                    ports.getFirst(),
                    redis ->
                            redis.dispatch(
                                    CommandType.CLUSTER,
                                    new StatusOutput<>(StringCodec.UTF8),
                                    new CommandArgs<>(StringCodec.UTF8)
                                            .add("MEET")
                                            .add(HOST)
                                            .add(port)
                                            .add(bus)));
        }
        for (var port : ports) {
            Awaitility.await()
                    .atMost(PATIENT)
                    .until(() ->
                            ask(port, redis -> redis.clusterInfo()).contains("cluster_state:ok")
                                    && ask(port, redis -> redis.clusterNodes())
                                                    .lines()
                                                    .filter(line -> line.contains("connected"))
                                                    .count()
                                            == 3);
        }
    }

    /** A master, its replica, and three Sentinels that watch them. */
    record Guarded(InstalledRedis servers, String url, int master, int replica)
            implements AutoCloseable {

        static Guarded start() {
            var servers = inNewDirectory();
            var master = FreePort.orFree(0);
            servers.firstMaster =
                    servers.launch(
                            "--port",
                            "" + master,
                            "--appendonly",
                            "yes",
                            "--appenddirname",
                            "aof-m");
            var replica = FreePort.orFree(0);
            servers.launch(
                    "--port",
                    "" + replica,
                    "--appendonly",
                    "yes",
                    "--appenddirname",
                    "aof-r",
                    "--replicaof",
                    HOST + " " + master,
                    "--repl-diskless-sync-delay",
                    "0");
            var sentinels = new ArrayList<String>();
            for (var i = 0; i < 3; i++) {
                sentinels.add(HOST + ":" + servers.launchSentinel(master));
            }
            Awaitility.await()
                    .atMost(PATIENT)
                    .until(() ->
                            servers.ask(replica, redis -> redis.info("replication"))
                                    .contains("master_link_status:up"));
            return new Guarded(
                    servers,
                    "redis-sentinel://" + String.join(",", sentinels) + "#tasks",
                    master,
                    replica);
        }

        /** {@code kill -9}; a Sentinel makes the replica the master. */
        void killMaster() {
            servers.firstMaster.destroyForcibly().onExit().join();
        }

        /** False also while it sends its clients away, as a Sentinel has it do at a promotion. */
        boolean replicaIsMaster() {
            try {
                return servers.ask(replica, redis -> redis.info("replication"))
                        .contains("role:master");
            } catch (RedisException sentAway) {
                return false;
            }
        }

        @Override
        public void close() {
            servers.close();
        }
    }

    private int launchSentinel(int master) {
        var port = FreePort.orFree(0);
        var file = directory.resolve("sentinel-" + port + ".conf");
        var lines =
                List.of(
                        "port " + port,
                        "bind " + HOST,
                        "sentinel monitor tasks " + HOST + " " + master + " 2",
                        "sentinel down-after-milliseconds tasks 1000",
                        "sentinel failover-timeout tasks 5000");
        try {
            Files.write(file, lines);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        launchCommand(List.of("redis-server", file.toString(), "--sentinel"));
        awaitAnswer(port);
        return port;
    }

    private Process launch(String... options) {
        var command = new ArrayList<>(List.of("redis-server", "--bind", HOST, "--save", ""));
        command.addAll(List.of(options));
        var process = launchCommand(command);
        awaitAnswer(Integer.parseInt(options[1]));
        return process;
    }

    private Process launchCommand(List<String> command) {
        try {
            var process =
                    new ProcessBuilder(command)
                            .directory(directory.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(directory.resolve("log-" + processes.size()).toFile())
                            .start();
            processes.push(process);
            return process;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void awaitAnswer(int port) {
        Awaitility.await()
                .atMost(PATIENT)
                .ignoreExceptionsInstanceOf(RedisException.class)
                .until(() -> "PONG".equals(ask(port, redis -> redis.ping())));
    }

    private <T> T ask(int port, Function<RedisCommands<String, String>, T> question) {
        try (var connection = client.connect(RedisURI.create(HOST, port))) {
            return question.apply(connection.sync());
        }
    }

    @Override
    public void close() {
        client.shutdown();
        for (var process : processes) {
            process.destroyForcibly();
        }
        for (var process : processes) {
            process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
        }
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
