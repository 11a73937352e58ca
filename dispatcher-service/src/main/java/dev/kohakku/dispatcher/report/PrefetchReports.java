package dev.kohakku.dispatcher.report;

import dev.kohakku.common.wire.DispatcherRegistry;
import dev.kohakku.common.wire.PrefetchOutcome;
import dev.kohakku.dispatcher.identity.DispatcherIdentity;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.client.RestClientException;

/** Tells the Controller what came of images that were to be pulled ahead. Thread-safe. */
public final class PrefetchReports {

    private static final Logger LOG = LoggerFactory.getLogger(PrefetchReports.class);

    private static final int LONGEST = 2_000;

    private final DispatcherRegistry controller;
    private final DispatcherIdentity identity;

    public PrefetchReports(DispatcherRegistry controller, DispatcherIdentity identity) {
        this.controller = controller;
        this.identity = identity;
    }

    /**
     * Tells, with one call. What does not arrive is not tried again here: the Controller repeats
     * its wish until it has heard the outcome.
     */
    public void tell(UUID id, PrefetchOutcome.Result result, @Nullable String message) {
        try {
            controller.prefetched(
                    identity.id(),
                    new PrefetchOutcome(identity.instance(), id, result, shortened(message)));
        } catch (RestClientException unheard) {
            LOG.warn("prefetch {}: {} was not heard: {}", id, result, Refusals.wordsOf(unheard));
        }
    }

    private static @Nullable String shortened(@Nullable String message) {
        return message == null || message.length() <= LONGEST
                ? message
                : message.substring(0, LONGEST - 1) + "…";
    }
}
