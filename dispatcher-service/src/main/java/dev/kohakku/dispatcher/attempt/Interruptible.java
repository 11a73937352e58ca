package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.telemetry.Traces;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.report.Pauses;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Runs the blocking steps of one attempt so that they can be given up: on a thread of their own,
 * while the caller watches for a reason to stop.
 */
final class Interruptible {

    private static final Logger LOG = LoggerFactory.getLogger(Interruptible.class);
    private static final Pauses PAUSES = new Pauses(Duration.ofMillis(200), Duration.ofSeconds(5));

    /** How long an interrupted step may take to notice. */
    private static final Duration NOTICE = Duration.ofSeconds(5);

    private final RunningAttempt attempt;

    Interruptible(RunningAttempt attempt) {
        this.attempt = attempt;
    }

    /** A blocking step. */
    @FunctionalInterface
    interface Step<T> {
        T run() throws InterruptedException;
    }

    /** How a step went. */
    sealed interface Done<T> {

        /** It came to its end, whatever else happened meanwhile. */
        record Value<T>(T value) implements Done<T> {}

        /** It was given up, or never begun; its effect is not known. */
        record Stopped<T>(Stop stop) implements Done<T> {}
    }

    /**
     * Runs a step until it ends or there is a reason to stop, which is looked for before the step
     * begins, too.
     *
     * @param patience how long the step may go on after the reason came, before it is interrupted
     * @throws FencedException when the reason is that the attempt is not ours any more
     */
    <T> Done<T> run(Supplier<Optional<Stop>> reason, Duration patience, Step<T> step)
            throws InterruptedException {
        var before = reason.get();
        if (before.isPresent()) {
            return stopped(before.get());
        }
        var task = new FutureTask<>(step::run);
        var context = MDC.getCopyOfContextMap();
        var thread =
                Thread.ofVirtual()
                        .name("step-" + attempt.id())
                        .start(
                                Traces.goingOn(() -> {
                                    if (context != null) {
                                        MDC.setContextMap(context);
                                    }
                                    task.run();
                                    attempt.wake();
                                }));
        try {
            var stop = attempt.awaitStop(reason, task::isDone);
            if (stop.isPresent() && !thread.join(patience)) {
                thread.interrupt();
                thread.join(NOTICE);
            }
            return task.isDone() ? result(task, stop) : stopped(stop.orElseThrow());
        } catch (InterruptedException leaving) {
            thread.interrupt();
            thread.join(NOTICE);
            throw leaving;
        }
    }

    /** Runs a step that nothing but a fence may end. */
    <T> T finish(Step<T> step) throws InterruptedException {
        return switch (run(attempt::lost, Duration.ZERO, step)) {
            case Done.Value<T>(var value) -> value;
            case Done.Stopped<T> _ -> throw new FencedException();
        };
    }

    /** The step, tried again until the engine answers. */
    <T> Step<T> untilAnswered(Step<T> step) {
        return untilAnswered(step, () -> false);
    }

    /**
     * The step, tried again until the engine answers or the caller has had enough.
     *
     * @param enough whether the next failure is the last
     */
    <T> Step<T> untilAnswered(Step<T> step, BooleanSupplier enough) {
        return () -> {
            for (var failures = 1; ; failures++) {
                try {
                    return step.run();
                } catch (BackendException failed) {
                    if (enough.getAsBoolean()) {
                        throw failed;
                    }
                    var pause = PAUSES.after(failures);
                    LOG.warn(
                            "attempt {}: the engine does not answer, next try in {} ms: {}",
                            attempt.id(),
                            pause.toMillis(),
                            failed.getMessage());
                    Thread.sleep(pause);
                }
            }
        };
    }

    private static <T> Done<T> result(FutureTask<T> task, Optional<Stop> stop)
            throws InterruptedException {
        try {
            return new Done.Value<>(task.get());
        } catch (ExecutionException failed) {
            return switch (Objects.requireNonNull(failed.getCause())) {
                case InterruptedException interrupted ->
                        stopped(stop.orElseThrow(() -> interrupted));
                case RuntimeException problem -> throw problem;
                case Error error -> throw error;
                default -> throw new IllegalStateException(failed.getCause());
            };
        }
    }

    /** As an answer; a fence is thrown. */
    static <T> Done<T> stopped(Stop stop) {
        if (stop instanceof Stop.Fenced) {
            throw new FencedException();
        }
        return new Done.Stopped<>(stop);
    }
}
