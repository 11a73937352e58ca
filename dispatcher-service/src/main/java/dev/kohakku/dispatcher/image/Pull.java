package dev.kohakku.dispatcher.image;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ImagePuller;
import dev.kohakku.dispatcher.backend.WantedImage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One pull and those who wait for it. Ends when it is done, has failed for good, or nobody waits
 * any more. Thread-safe; whether somebody joins or leaves is ordered by the gate.
 */
final class Pull {

    private final ImagePuller engine;
    private final WantedImage image;
    private final ImageSettings settings;
    private final InstantSource clock;
    private final Semaphore slots;
    private final Thread thread;

    private final List<PullStep> steps = new ArrayList<>();
    private boolean ended;
    private @Nullable RuntimeException failure;
    private int waiting = 1;

    Pull(
            ImagePuller engine,
            WantedImage image,
            ImageSettings settings,
            InstantSource clock,
            Semaphore slots) {
        this.engine = engine;
        this.image = image;
        this.settings = settings;
        this.clock = clock;
        this.slots = slots;
        this.thread = Thread.ofVirtual().name("pull-" + image.name()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** One more waits for it; false when it has ended and a new one is needed. */
    synchronized boolean join() {
        if (ended) {
            return false;
        }
        waiting++;
        return true;
    }

    /** One less waits; returns whether nobody does any more, so that the pull was given up. */
    synchronized boolean leave() {
        waiting--;
        if (waiting > 0) {
            return false;
        }
        ended = true;
        thread.interrupt();
        return true;
    }

    /** Waits for its end, telling {@code listener} of every step on the calling thread. */
    void await(Consumer<PullStep> listener) throws InterruptedException {
        int told = 0;
        while (true) {
            List<PullStep> news;
            synchronized (this) {
                while (steps.size() == told && !ended) {
                    wait();
                }
                news = List.copyOf(steps.subList(told, steps.size()));
                if (news.isEmpty()) {
                    break;
                }
            }
            told += news.size();
            // why outside the lock: a slow listener must not hold the others up.
            news.forEach(listener);
        }
        if (failure != null) {
            throw again(failure);
        }
    }

    /** An exception of one's own for each who waited: they add to its trace and causes. */
    private static RuntimeException again(RuntimeException failure) {
        return failure instanceof BackendException known
                ? BackendException.refused(known.kind(), String.valueOf(known.getMessage()), known)
                : new IllegalStateException("the pull failed: " + failure.getMessage(), failure);
    }

    private void run() {
        try {
            untilPulled();
            end(null);
        } catch (RuntimeException e) {
            end(e);
        } catch (InterruptedException e) {
            end(
                    BackendException.refused(
                            FailureKind.IMAGE_PULL_FAILED,
                            image.name() + ": the pull was given up",
                            e));
        }
    }

    private synchronized void end(@Nullable RuntimeException cause) {
        failure = cause;
        ended = true;
        notifyAll();
    }

    private synchronized void reached(PullStep step) {
        steps.add(step);
        notifyAll();
    }

    private void untilPulled() throws InterruptedException {
        var pause = settings.retryPause();
        for (int tries = 1; ; tries++) {
            try {
                tryOnce();
                return;
            } catch (BackendException e) {
                if (!e.kind().isRetryable() || tries == settings.tries()) {
                    throw e;
                }
                reached(new PullStep.Retrying(String.valueOf(e.getMessage()), pause));
            }
            Thread.sleep(pause);
            pause = pause.multipliedBy(2);
        }
    }

    /** Holds a slot for this try only: others may pull while it waits for the next. */
    private void tryOnce() throws InterruptedException {
        slots.acquire();
        try {
            if (settings.pullPolicy() == PullPolicy.IF_NOT_PRESENT && engine.has(image.name())) {
                // why again: it may have come while we waited for the slot.
                reached(new PullStep.Present());
                return;
            }
            var began = clock.instant();
            reached(new PullStep.Pulling());
            engine.pull(
                    image,
                    settings.pullTimeout(),
                    words -> reached(new PullStep.Progressed(words)));
            reached(new PullStep.Pulled(Duration.between(began, clock.instant())));
        } finally {
            slots.release();
        }
    }
}
