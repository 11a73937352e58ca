package dev.kohakku.common.loop;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a step again and again on a virtual thread of its own: at once while the step says that more
 * is waiting, else after an interval, after failures with growing pauses. Every loop of the
 * platform is one of these. Thread-safe.
 *
 * <p>A failing step never ends the loop. Rounds never overlap, {@link #tick()} included. Register
 * it as a bean with {@code initMethod = "start"}; {@link #close()} is found by itself.
 */
public final class BackgroundLoop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BackgroundLoop.class);

    /** How long a stop lets the round at hand end by itself before it interrupts. */
    private static final Duration COURTESY = Duration.ofMillis(500);

    /** How long a stop waits for an interrupted round. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    /** One round of the work. */
    @FunctionalInterface
    public interface Step {

        /**
         * Does a bounded amount of work. May block; interrupted when the loop is closed.
         *
         * @return whether more is waiting, so that the next round should follow at once
         */
        boolean run() throws Exception;
    }

    private final String name;
    private final Rhythm rhythm;
    private final Step step;

    /** Held during a round. */
    private final ReentrantLock round = new ReentrantLock();

    /** Guards the fields below. */
    private final ReentrantLock state = new ReentrantLock();

    private final Condition changed = state.newCondition();
    private final long created = System.nanoTime();
    private @Nullable Thread thread;
    private boolean closed;
    private boolean woken;
    private long begun;
    private long completed;
    private long lastEnd = created;
    private int failures;

    /**
     * @param name in logs and metrics, such as {@code enqueuer}
     */
    public BackgroundLoop(String name, Rhythm rhythm, Step step) {
        this.name = name;
        this.rhythm = rhythm;
        this.step = step;
    }

    public String name() {
        return name;
    }

    /**
     * Starts the thread; the first round follows at once. Idempotent; a closed loop stays closed.
     */
    public void start() {
        state.lock();
        try {
            if (thread == null && !closed) {
                thread = Thread.ofVirtual().name("loop-" + name).start(this::loop);
            }
        } finally {
            state.unlock();
        }
    }

    /**
     * Asks for a round soon: at once when the loop pauses, else right after the round at hand, so
     * that nothing that happened before this call is overlooked. Also ends a back-off. Never blocks
     * on the step.
     */
    public void wake() {
        state.lock();
        try {
            woken = true;
            changed.signalAll();
        } finally {
            state.unlock();
        }
    }

    /**
     * Runs one round on the caller's thread, after the round at hand if there is one. Works without
     * {@link #start()}, and hands the step's exception to the caller: made for tests.
     *
     * @return what the step returned
     */
    public boolean tick() throws Exception {
        return runRound();
    }

    /**
     * Blocks until a round that began after this call has completed, failed rounds included.
     *
     * @return whether one did within the limit
     */
    public boolean awaitRound(Duration limit) throws InterruptedException {
        var remaining = limit.toNanos();
        state.lock();
        try {
            var wanted = begun + 1;
            while (completed < wanted) {
                if (remaining <= 0) {
                    return false;
                }
                remaining = changed.awaitNanos(remaining);
            }
            return true;
        } finally {
            state.unlock();
        }
    }

    /**
     * How long ago the last round ended, or the loop was made when none has: a watchdog's measure,
     * since a step that hangs lets it grow.
     */
    public Duration sinceLastRound() {
        state.lock();
        try {
            return Duration.ofNanos(System.nanoTime() - lastEnd);
        } finally {
            state.unlock();
        }
    }

    /** Failures in a row, 0 after a round that went well. */
    public int failures() {
        state.lock();
        try {
            return failures;
        } finally {
            state.unlock();
        }
    }

    /**
     * Ends the loop: lets the round at hand end for half a second, then interrupts it and waits up
     * to ten seconds. Idempotent. Called from within the step it returns at once.
     */
    @Override
    public void close() {
        Thread running;
        state.lock();
        try {
            closed = true;
            changed.signalAll();
            running = thread;
        } finally {
            state.unlock();
        }
        if (running == null || running.equals(Thread.currentThread())) {
            return;
        }
        try {
            if (running.join(COURTESY)) {
                return;
            }
            running.interrupt();
            if (!running.join(STOP_LIMIT)) {
                LOG.error("loop {} did not stop within {}", name, STOP_LIMIT);
            }
        } catch (InterruptedException interrupted) {
            running.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void loop() {
        while (!isClosed()) {
            var more = false;
            try {
                more = runRound();
            } catch (InterruptedException interrupted) {
                // why no end here: only close() ends a loop; a stray interrupt must not.
                LOG.debug("loop {} was interrupted", name);
            } catch (Throwable failed) {
                // why Throwable: a loop that ends silently is the fault nobody finds.
                report(failed);
            }
            pause(more);
        }
    }

    private void report(Throwable failed) {
        var inARow = failures();
        if (inARow <= 1) {
            LOG.warn("loop {} failed: {}", name, failed, failed);
        } else {
            // why without the trace: an engine that is away would fill the log with it.
            LOG.warn("loop {} failed, {} in a row: {}", name, inARow, failed.toString());
        }
    }

    private boolean runRound() throws Exception {
        round.lockInterruptibly();
        var well = false;
        try {
            begin();
            var more = step.run();
            well = true;
            return more;
        } finally {
            end(well);
            round.unlock();
        }
    }

    private void begin() {
        state.lock();
        try {
            begun++;
            // why before the step: a wake during the step must lead to another round.
            woken = false;
        } finally {
            state.unlock();
        }
    }

    private void end(boolean well) {
        state.lock();
        try {
            completed = begun;
            lastEnd = System.nanoTime();
            failures = well ? 0 : failures + 1;
            changed.signalAll();
        } finally {
            state.unlock();
        }
    }

    private void pause(boolean more) {
        if (more) {
            // why: a busy step that never blocks would keep its processor from all other virtual
            // threads. A yield is not enough: those that a platform thread starts wait behind it.
            LockSupport.parkNanos(1);
            return;
        }
        state.lock();
        try {
            var remaining = rhythm.pause(failures, ThreadLocalRandom.current()).toNanos();
            while (!closed && !woken && remaining > 0) {
                remaining = changed.awaitNanos(remaining);
            }
        } catch (InterruptedException interrupted) {
            LOG.debug("loop {} was interrupted in its pause", name);
        } finally {
            state.unlock();
        }
    }

    private boolean isClosed() {
        state.lock();
        try {
            return closed;
        } finally {
            state.unlock();
        }
    }
}
