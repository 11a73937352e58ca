package dev.kohakku.controller.health;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Asks everything this process works with, at once, and keeps the answers for a moment: however
 * many ask, one question is under way. Thread-safe.
 */
@Component
class Readiness {

    /** What decides whether this process can serve at all. */
    private static final String POSTGRES = "postgres";

    /** A probe of an orchestrator waits a few seconds; what takes longer is down. */
    private static final Duration PATIENCE = Duration.ofMillis(2_500);

    /** For how long answers are given again. */
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final Map<String, Callable<Optional<String>>> questions = new LinkedHashMap<>();
    private @Nullable FutureTask<Readings> flight;

    Readiness(DatabaseProbe database, List<Dependency> dependencies) {
        questions.put(POSTGRES, database::obstacle);
        dependencies.forEach(each -> questions.put(each.name(), each::obstacle));
    }

    /** The state of everything, a second old at most. Blocks for {@link #PATIENCE} at most. */
    Readings readings() throws InterruptedException {
        try {
            return current().get();
        } catch (ExecutionException defect) {
            throw new IllegalStateException("the state cannot be asked for", defect.getCause());
        }
    }

    private synchronized FutureTask<Readings> current() {
        var latest = flight;
        if (latest != null && (!latest.isDone() || isFresh(latest))) {
            return latest;
        }
        var next = new FutureTask<>(this::ask);
        flight = next;
        // why a thread of its own: a caller that leaves must not take the answer from the others.
        Thread.ofVirtual().name("ready").start(next);
        return next;
    }

    private static boolean isFresh(FutureTask<Readings> done) {
        return done.state() == FutureTask.State.SUCCESS
                && System.nanoTime() - done.resultNow().at() < FRESH.toNanos();
    }

    private Readings ask() throws InterruptedException {
        var running = new LinkedHashMap<String, FutureTask<Optional<String>>>();
        questions.forEach((name, question) -> running.put(name, started(name, question)));
        var end = System.nanoTime() + PATIENCE.toNanos();
        var checks = new LinkedHashMap<String, Check>();
        for (var check : running.entrySet()) {
            checks.put(check.getKey(), result(check.getValue(), end - System.nanoTime()));
        }
        return new Readings(checks, System.nanoTime());
    }

    private static FutureTask<Optional<String>> started(
            String name, Callable<Optional<String>> question) {
        var task = new FutureTask<>(question);
        Thread.ofVirtual().name("ready-" + name).start(task);
        return task;
    }

    private static Check result(FutureTask<Optional<String>> check, long nanos)
            throws InterruptedException {
        try {
            return check.get(Math.max(nanos, 0), TimeUnit.NANOSECONDS)
                    .map(Check::down)
                    .orElse(Check.UP);
        } catch (TimeoutException slow) {
            check.cancel(true);
            return Check.down("no answer within " + PATIENCE.toMillis() + " ms");
        } catch (ExecutionException failed) {
            var cause = failed.getCause() == null ? failed : failed.getCause();
            return Check.down(String.valueOf(cause.getMessage()));
        }
    }

    /**
     * What was answered.
     *
     * @param checks by name
     * @param at when, as {@link System#nanoTime} has it
     */
    record Readings(Map<String, Check> checks, long at) {

        /** What a stranger may know: which of them are down. */
        Map<String, Check> withoutReasons() {
            var bare = new LinkedHashMap<String, Check>();
            checks.forEach((name, check) -> bare.put(name, new Check(check.state(), null)));
            return bare;
        }

        /** Whether requests can be served. */
        boolean serves() {
            var postgres = checks.get(POSTGRES);
            return postgres != null && postgres.isUp();
        }

        /** Whether nothing is wrong at all. */
        boolean isWhole() {
            return checks.values().stream().allMatch(Check::isUp);
        }
    }

    /**
     * What one of them answered.
     *
     * @param state {@code up} or {@code down}
     * @param reason why it is down
     */
    record Check(String state, @Nullable String reason) {

        static final Check UP = new Check("up", null);

        static Check down(String reason) {
            return new Check("down", reason);
        }

        boolean isUp() {
            return "up".equals(state);
        }
    }
}
