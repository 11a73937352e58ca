package dev.kohakku.dispatcher.backend.ecs;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.dispatcher.backend.BackendException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One answer for everybody who asks: a round serves those who asked before it began. An interrupt
 * ends one's own waiting and not the round. Thread-safe.
 */
final class Shared<T> {

    /** Does the asking. */
    @FunctionalInterface
    interface Round<T> {
        T ask() throws InterruptedException;
    }

    private final Round<T> round;
    private @Nullable CompletableFuture<T> next;
    private boolean isAsking;

    Shared(Round<T> round) {
        this.round = round;
    }

    /** The answer of a round that begins after this call. */
    T next() throws InterruptedException {
        try {
            return joined().get();
        } catch (ExecutionException e) {
            throw told(e);
        }
    }

    /**
     * The same, for as long as somebody can wait.
     *
     * @throws BackendException when it took longer
     */
    T next(Duration limit) throws InterruptedException {
        try {
            return joined().get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw told(e);
        } catch (TimeoutException e) {
            throw BackendException.unknown(
                    "no answer within " + limit.toMillis() + " milliseconds", e);
        }
    }

    /** What went wrong on another thread, for this one. */
    static BackendException told(ExecutionException failed) {
        if (failed.getCause() instanceof BackendException told) {
            return told.isUnknown()
                    ? BackendException.unknown(String.valueOf(told.getMessage()), told)
                    : BackendException.refused(
                            told.kind(), String.valueOf(told.getMessage()), told);
        }
        return BackendException.refused(FailureKind.INTERNAL, "" + failed.getCause(), failed);
    }

    private synchronized CompletableFuture<T> joined() {
        var joined = next;
        if (joined == null) {
            joined = new CompletableFuture<>();
            next = joined;
        }
        if (!isAsking) {
            isAsking = true;
            Thread.ofVirtual().name("ecs-roster").start(this::askAll);
        }
        return joined;
    }

    private void askAll() {
        for (var waiting = begin(); waiting != null; waiting = begin()) {
            try {
                waiting.complete(round.ask());
            } catch (Throwable failed) {
                // why Throwable: an Error that ended this thread would have all wait for ever.
                waiting.completeExceptionally(failed);
            }
        }
    }

    private synchronized @Nullable CompletableFuture<T> begin() {
        var begun = next;
        next = null;
        isAsking = begun != null;
        return begun;
    }
}
