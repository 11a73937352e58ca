package dev.kohakku.controller.leak;

import java.time.Duration;
import org.springframework.stereotype.Component;

/** Keeps in the ledger what no inventory shows. Safe on many replicas at once. */
@Component
class LeakWatcher {

    /** What is younger is looked at again: a transaction may be open for a while. */
    private static final Duration NEWS = Duration.ofMinutes(10);

    private final LeakStore store;

    LeakWatcher(LeakStore store) {
        this.store = store;
    }

    /** Returns whether there may be more to do. */
    boolean round() {
        store.resolveEndedPhantoms();
        if (store.openUnverified()) {
            return true;
        }
        store.lookedAfterAllBefore(NEWS);
        return false;
    }
}
