package dev.kohakku.controller.leak;

import org.springframework.stereotype.Component;

/** Keeps in the ledger what no inventory shows. Safe on many replicas at once. */
@Component
class LeakWatcher {

    private final LeakStore store;

    LeakWatcher(LeakStore store) {
        this.store = store;
    }

    /** Returns whether there may be more to do. */
    boolean round() {
        store.resolveEndedPhantoms();
        return store.openUnverified();
    }
}
