package dev.kohakku.standalone;

import dev.kohakku.standalone.engine.Directories;
import dev.kohakku.standalone.engine.EmbeddedPostgres;
import dev.kohakku.standalone.engine.EmbeddedRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Starts each service once, up to the point where its context stands, and lets the JVM write an AOT
 * cache of what it loaded (JEP 483 and 514), beside the service's jar. A later start with the cache
 * takes about a third of the processor time. Idempotent: a jar that has its cache is passed over.
 */
final class AotTraining {

    private static final long LIMIT_SECONDS = 300;

    /** Long enough for every rule about secrets; nobody can reach what is started with it. */
    private static final String SECRET = "training-only-training-only-training-only";

    private final Path repository;
    private final Console console;

    /**
     * @param repository whose jars are trained
     */
    AotTraining(Path repository, Console console) {
        this.repository = repository;
        this.console = console;
    }

    /** Trains all of them at the same time. Blocks. */
    void run() throws IOException, InterruptedException {
        var work = Files.createTempDirectory("kohakku-training");
        try {
            var untrained = new LinkedHashMap<String, ServiceJar>();
            for (var module : Services.MODULES) {
                var jar = new ServiceJar(Services.jar(repository, module), work.resolve(module));
                if (!jar.isTrained()) {
                    untrained.put(module, jar);
                }
            }
            if (!untrained.isEmpty()) {
                train(untrained, work);
            }
        } finally {
            Directories.remove(work);
        }
    }

    private void train(Map<String, ServiceJar> jars, Path work) throws InterruptedException {
        try (var postgres = EmbeddedPostgres.start();
                var redis = EmbeddedRedis.start();
                var threads =
                        Executors.newThreadPerTaskExecutor(
                                Thread.ofPlatform().daemon().factory())) {
            var environment = environment(postgres, redis);
            var runs = new ArrayList<Future<?>>();
            jars.forEach((module, jar) ->
                    runs.add(threads.submit(() -> train(module, jar, environment, work))));
            for (var run : runs) {
                run.get();
            }
        } catch (ExecutionException e) {
            throw new StartRefused("No AOT cache could be made: " + e.getCause(), e);
        }
    }

    private static Map<String, String> environment(EmbeddedPostgres postgres, EmbeddedRedis redis) {
        var environment = new LinkedHashMap<String, String>();
        environment.put("POSTGRES_HOST", postgres.host());
        environment.put("POSTGRES_PORT", Integer.toString(postgres.port()));
        environment.put("POSTGRES_DB", postgres.database());
        environment.put("POSTGRES_USER", postgres.user());
        environment.put("POSTGRES_PASSWORD", postgres.password());
        environment.put("REDIS_URL", redis.url());
        environment.put("RUNTIME_BACKEND", "worker");
        environment.put("DISPATCHER_ID", "training");
        environment.put("SERVER_ADDRESS", "127.0.0.1");
        environment.put("SERVER_PORT", "0");
        environment.put("METRICS_PORT", "0");
        for (var secret :
                List.of(
                        "KOHAKKU_BOOTSTRAP_TOKEN",
                        "CONTROLLER_TOKEN",
                        "DISPATCHER_API_KEY",
                        "CALLBACK_SIGNING_KEY")) {
            environment.put(secret, SECRET);
        }
        environment.put("SECRETS_KEY", Base64.getEncoder().encodeToString(new byte[32]));
        return environment;
    }

    private Path train(String module, ServiceJar jar, Map<String, String> environment, Path work)
            throws IOException, InterruptedException {
        var unpacked = jar.unpacked();
        var made = work.resolve(module + ".aot");
        var log = work.resolve(module + ".log");
        var command = new ArrayList<>(Services.java("256m"));
        command.add("-XX:AOTCacheOutput=" + made);
        command.add("-Dspring.context.exit=onRefresh");
        command.add("-Xlog:aot=error");
        command.addAll(List.of("-jar", unpacked.toString()));
        var builder =
                new ProcessBuilder(command)
                        .directory(work.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        // why cleared: whoever builds may have the addresses of a real installation set, which this
        // must never migrate or read.
        builder.environment().clear();
        builder.environment().putAll(environment);
        var process = builder.start();
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)
                    || process.exitValue() != 0
                    || !Files.exists(made)) {
                throw new IOException(module + " did not end well:\n" + lastLines(log));
            }
        } finally {
            process.destroyForcibly();
        }
        jar.takeCache(made);
        console.step(module + " has its AOT cache");
        return made;
    }

    private static String lastLines(Path log) throws IOException {
        var lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
    }
}
