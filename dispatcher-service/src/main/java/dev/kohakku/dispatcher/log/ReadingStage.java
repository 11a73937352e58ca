package dev.kohakku.dispatcher.log;

import java.time.Duration;

/**
 * What the reader of a log is at: waiting for its source, or working on what has come. Giving up
 * happens only in a wait, so that nothing that came is dropped. Thread-safe.
 */
final class ReadingStage {

    private boolean waits;
    private boolean givenUp;
    private long since = System.nanoTime();

    /** The reader waits for its source. */
    synchronized void waits() {
        waits = true;
        since = System.nanoTime();
    }

    /**
     * The reader works on what has come, or begins another piece of work.
     *
     * @return whether the source was not given up before
     */
    synchronized boolean works() {
        waits = false;
        since = System.nanoTime();
        return !givenUp;
    }

    /** Whether one piece of work has gone on for longer than {@code limit} after {@code from}. */
    synchronized boolean worksLongerThan(Duration limit, long from) {
        return !waits && isOver(limit, from);
    }

    /**
     * Interrupts the reader if nothing has come for longer than {@code limit} after {@code from}.
     *
     * @return whether it was given up just now
     */
    synchronized boolean giveUpAfter(Duration limit, long from, Thread reader) {
        if (givenUp || !waits || !isOver(limit, from)) {
            return false;
        }
        givenUp = true;
        // why under the lock: once the reader works again, an interrupt would hit its storing.
        reader.interrupt();
        return true;
    }

    private boolean isOver(Duration limit, long from) {
        var begin = since - from > 0 ? since : from;
        return System.nanoTime() - begin > limit.toNanos();
    }
}
