package dev.kohakku.dispatcher.intake;

import dev.kohakku.common.queue.QueueUnavailableException;
import dev.kohakku.common.queue.QueuedAttempt;
import dev.kohakku.common.queue.redis.RedisListQueue;
import dev.kohakku.dispatcher.attempt.RunningAttempts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Attempts that are sent to this dispatcher, on the list of its own. Thread-safe. */
final class DirectIntake {

    private final @Nullable RedisListQueue list;
    private final RunningAttempts running;

    /**
     * @param list null where attempts come by a stream
     */
    DirectIntake(@Nullable RedisListQueue list, RunningAttempts running) {
        this.list = list;
        this.running = running;
    }

    /**
     * Puts an attempt on the list, unless it is there or in work here. Idempotent; once it returns
     * the attempt outlives this process.
     *
     * @return false where attempts come by a stream
     * @throws QueueUnavailableException when it may or may not be there
     */
    boolean put(QueuedAttempt queued) {
        if (list == null) {
            return false;
        }
        if (running.find(queued.attempt()).isEmpty()) {
            list.enqueue(List.of(queued));
        }
        return true;
    }

    /**
     * What nobody here works on yet, the next first; empty where attempts come by a stream.
     *
     * @throws QueueUnavailableException when the list cannot be read
     */
    List<QueuedAttempt> waiting() {
        return list == null
                ? List.of()
                : list.waiting().stream()
                        .filter(queued -> running.find(queued.attempt()).isEmpty())
                        .toList();
    }

    /**
     * Keeps the list ours, or gives it back.
     *
     * @throws QueueUnavailableException when it runs out by itself
     */
    void hold(boolean wanted) {
        if (list == null) {
            return;
        }
        if (wanted) {
            list.hold();
        } else {
            list.release();
        }
    }
}
