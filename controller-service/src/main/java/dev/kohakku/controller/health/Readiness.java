package dev.kohakku.controller.health;

import dev.kohakku.common.blob.BlobStore;
import dev.kohakku.common.queue.redis.RedisConnections;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Asks everything this process needs, at once. */
@Component
class Readiness {

    /** A probe of an orchestrator waits a few seconds; an engine that takes longer is down. */
    private static final Duration PATIENCE = Duration.ofMillis(2_500);

    private final Map<String, Callable<?>> engines = new LinkedHashMap<>();

    Readiness(JdbcClient jdbc, RedisConnections redis, BlobStore blobs) {
        engines.put("postgres", () -> jdbc.sql("select 1").query(Integer.class).single());
        engines.put(
                "redis",
                () -> {
                    redis.check();
                    return true;
                });
        engines.put(
                "object_store",
                () -> {
                    blobs.check();
                    return true;
                });
    }

    /** The state of each engine, by name. Blocks for {@link #PATIENCE} at most. */
    Map<String, Check> checks() throws InterruptedException {
        var running = new LinkedHashMap<String, FutureTask<?>>();
        engines.forEach((name, engine) -> running.put(name, started(name, engine)));
        var end = System.nanoTime() + PATIENCE.toNanos();
        var checks = new LinkedHashMap<String, Check>();
        for (var check : running.entrySet()) {
            checks.put(check.getKey(), result(check.getValue(), end - System.nanoTime()));
        }
        return checks;
    }

    private static FutureTask<?> started(String name, Callable<?> engine) {
        var task = new FutureTask<>(engine);
        Thread.ofVirtual().name("ready-" + name).start(task);
        return task;
    }

    private static Check result(FutureTask<?> check, long nanos) throws InterruptedException {
        try {
            check.get(Math.max(nanos, 0), TimeUnit.NANOSECONDS);
            return new Check("up", null);
        } catch (TimeoutException slow) {
            check.cancel(true);
            return new Check("down", "no answer within " + PATIENCE.toMillis() + " ms");
        } catch (ExecutionException failed) {
            var cause = failed.getCause() == null ? failed : failed.getCause();
            return new Check("down", String.valueOf(cause.getMessage()));
        }
    }

    /**
     * What an engine answered.
     *
     * @param state {@code up} or {@code down}
     * @param reason why it is down
     */
    record Check(String state, @Nullable String reason) {

        boolean isUp() {
            return "up".equals(state);
        }
    }
}
