package dev.kohakku.controller.database;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the connections of this process have been found to lead to. Thread-safe. */
class Pooling {

    private static final Logger log = LoggerFactory.getLogger(Pooling.class);

    private volatile boolean seen;

    /**
     * Whether any connection led through a pooler. It never becomes false again: who sets the
     * time-outs of a transaction without need loses a moment, who does not set them waits for ever.
     */
    boolean seen() {
        return seen;
    }

    /** A connection leads through a pooler. */
    void see(boolean carriesPrepared) {
        if (seen) {
            return;
        }
        seen = true;
        log.info(
                "Postgres is reached through a pooler that {} prepared statements:"
                        + " time-outs are set in each transaction",
                carriesPrepared ? "carries" : "does not carry");
    }
}
