package dev.kohakku.controller.database;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;

/** Settings that were read once: who still has them is told what to set instead. */
final class FormerSettings {

    private static final Logger log = LoggerFactory.getLogger(FormerSettings.class);

    private FormerSettings() {}

    /** Refuses what leads elsewhere than before, and remarks what has only become superfluous. */
    static void refuse(Environment environment) {
        if (environment.containsProperty("spring.datasource.url")) {
            throw new IllegalStateException(
                    "spring.datasource.url is not read any more: set POSTGRES_HOST, POSTGRES_PORT and"
                            + " POSTGRES_DB, and what else was in it as POSTGRES_PARAMETERS");
        }
        var options = environment.getProperty("POSTGRES_OPTIONS", "");
        if (!options.isEmpty()) {
            log.warn(
                    "POSTGRES_OPTIONS is not read any more: remove it; time-outs are"
                            + " kohakku.database.timeouts.*, which work behind a pooler as well");
        }
    }
}
