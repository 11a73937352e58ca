package dev.kohakku.dispatcher.intake;

import dev.kohakku.dispatcher.attempt.RunningAttempts;
import java.time.Duration;

/**
 * Permission to work on more. Derived from the attempts that run and the deliveries in hands, so
 * that none can leak: a slot is taken before the read and given back once its delivery has become
 * an attempt, which takes its place, or nothing. Thread-safe.
 */
final class Slots {

    private final RunningAttempts running;
    private final int mostInHands;
    private int inHands;

    /**
     * @param mostInHands how many deliveries may be in hands at once
     */
    Slots(RunningAttempts running, int mostInHands) {
        this.running = running;
        this.mostInHands = mostInHands;
    }

    /**
     * Takes as many slots as there are, waiting for the first up to a limit.
     *
     * @return how many were taken, possibly 0
     */
    int take(Duration most) throws InterruptedException {
        awaitHands(most);
        var free = running.awaitFree(inHands(), most);
        synchronized (this) {
            var taken = Math.max(0, Math.min(free, mostInHands - inHands));
            inHands += taken;
            return taken;
        }
    }

    private synchronized void awaitHands(Duration most) throws InterruptedException {
        var until = System.nanoTime() + most.toNanos();
        for (var left = most.toNanos();
                left > 0 && inHands >= mostInHands;
                left = until - System.nanoTime()) {
            wait(Math.max(1, left / 1_000_000));
        }
    }

    synchronized void giveBack(int slots) {
        inHands -= slots;
        notifyAll();
    }

    synchronized int inHands() {
        return inHands;
    }
}
