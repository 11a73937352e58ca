package dev.kohakku.standalone;

import dev.kohakku.standalone.engine.EmbeddedObjectStore;
import dev.kohakku.standalone.engine.EmbeddedPostgres;
import dev.kohakku.standalone.engine.EmbeddedRedis;
import dev.kohakku.standalone.engine.EmbeddedTemporal;
import dev.kohakku.standalone.engine.EngineException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;

/**
 * The four engines over the home's data; Postgres and Redis as processes of their own, which are
 * started again when they die.
 */
final class Engines {

    private final EngineProcess<EmbeddedPostgres> postgres;
    private final EngineProcess<EmbeddedRedis> redis;
    private final EmbeddedObjectStore objectStore;
    private final EmbeddedTemporal temporal;

    private Engines(
            EngineProcess<EmbeddedPostgres> postgres,
            EngineProcess<EmbeddedRedis> redis,
            EmbeddedObjectStore objectStore,
            EmbeddedTemporal temporal) {
        this.postgres = postgres;
        this.redis = redis;
        this.objectStore = objectStore;
        this.temporal = temporal;
    }

    /** What the engines are started with. */
    record Place(Home home, Guard guard, Shutdown shutdown, Console console, boolean restart) {}

    /** Starts all at the same time; blocks until each answers. */
    static Engines start(Place place, Credentials credentials) {
        // Platform threads: virtual ones that load classes from nested jars at the same time hold
        // each other's carriers for ever.
        try (var threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory())) {
            var postgres =
                    CompletableFuture.supplyAsync(
                            () ->
                                    EngineProcess.start(
                                            "Postgres", port -> postgres(place, port), place),
                            threads);
            var redis =
                    CompletableFuture.supplyAsync(
                            () -> EngineProcess.start("Redis", port -> redis(place, port), place),
                            threads);
            var store =
                    CompletableFuture.supplyAsync(() -> objectStore(place, credentials), threads);
            var temporal =
                    CompletableFuture.supplyAsync(
                            () -> place.shutdown().closes("Temporal", EmbeddedTemporal.start()),
                            threads);
            return new Engines(postgres.join(), redis.join(), store.join(), temporal.join());
        } catch (CompletionException e) {
            var cause = e.getCause();
            if (cause instanceof StartRefused refused) {
                throw refused;
            }
            throw new StartRefused(cause == null ? e.toString() : words(cause), e);
        }
    }

    /** A failure and its causes in one line. */
    static String words(Throwable failure) {
        var cause = failure.getCause();
        var message =
                failure instanceof EngineException
                        ? String.valueOf(failure.getMessage())
                        : failure.toString();
        return cause == null ? message : message + ": " + words(cause);
    }

    private static EmbeddedObjectStore objectStore(Place place, Credentials credentials) {
        var keys =
                new EmbeddedObjectStore.Keys(
                        credentials.get("MINIO_ACCESS_KEY"), credentials.get("MINIO_SECRET_KEY"));
        return place.shutdown()
                .closes(
                        "the object store",
                        EmbeddedObjectStore.start(place.home().data("objects"), 0, keys));
    }

    private static EngineProcess.Started<EmbeddedPostgres> postgres(Place place, int port) {
        var server = EmbeddedPostgres.start(place.home().data("postgres"), port);
        return new EngineProcess.Started<>(server, server.pid(), server.port());
    }

    private static EngineProcess.Started<EmbeddedRedis> redis(Place place, int port) {
        var server =
                EmbeddedRedis.start(
                        place.home().data("redis"),
                        port,
                        command -> place.guard().recording("redis", command));
        return new EngineProcess.Started<>(server, server.pid(), server.port());
    }

    /** How the services find the engines, by the names of production. */
    Map<String, String> environment() {
        var server = postgres.engine();
        var variables = new LinkedHashMap<String, String>();
        variables.put("POSTGRES_HOST", server.host());
        variables.put("POSTGRES_PORT", Integer.toString(server.port()));
        variables.put("POSTGRES_DB", server.database());
        variables.put("POSTGRES_USER", server.user());
        variables.put("POSTGRES_PASSWORD", server.password());
        variables.put("REDIS_URL", redis.engine().url());
        variables.put("MINIO_ENDPOINT", objectStore.endpoint());
        variables.put("MINIO_ACCESS_KEY", objectStore.accessKey());
        variables.put("MINIO_SECRET_KEY", objectStore.secretKey());
        variables.put("MINIO_BUCKET", objectStore.bucket());
        variables.put("TEMPORAL_ADDRESS", temporal.address());
        return variables;
    }
}
