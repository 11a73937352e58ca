package dev.kohakku.dispatcher.report;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the Controller wants this process to take no new attempt, as it said last. What is in
 * work goes on, and what is to be resumed is resumed. Thread-safe.
 */
public final class Cordon {

    private static final Logger LOG = LoggerFactory.getLogger(Cordon.class);

    private volatile boolean drawn;

    /** Whether no new attempt is to be taken. */
    public boolean isDrawn() {
        return drawn;
    }

    void set(boolean cordoned) {
        if (cordoned != drawn) {
            LOG.info(
                    cordoned
                            ? "cordoned: no new attempt is taken"
                            : "uncordoned: new attempts are taken again");
        }
        drawn = cordoned;
    }
}
