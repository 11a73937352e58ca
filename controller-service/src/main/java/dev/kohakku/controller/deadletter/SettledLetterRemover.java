package dev.kohakku.controller.deadletter;

import java.time.Duration;
import org.springframework.stereotype.Component;

/**
 * Removes deliveries thirty days after they were redriven, or after they died where they can never
 * be: they name no task, or one that ended otherwise. One that can be redriven is kept until it is.
 * Safe on many replicas at once.
 */
@Component
class SettledLetterRemover {

    static final Duration KEPT_FOR = Duration.ofDays(30);

    /** Small, so that no round holds its locks for long. */
    static final int BATCH = 1_000;

    private final DeadLetterStore store;

    SettledLetterRemover(DeadLetterStore store) {
        this.store = store;
    }

    /** Removes a batch. Returns whether there may be more. */
    boolean round() {
        return store.removeSettled(KEPT_FOR, BATCH) == BATCH;
    }
}
