package dev.kohakku.controller.fleet;

import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Asks dispatchers that are not heard at their own address. What they say there is kept for {@link
 * Silence}, which judges. Rounds of several processes share the work.
 */
@Component
class AddressProber {

    private static final Logger LOG = LoggerFactory.getLogger(AddressProber.class);

    private final ApiPresence presence;
    private final AddressStore store;
    private final HttpProbe probe;

    AddressProber(ApiPresence presence, AddressStore store, HttpProbe probe) {
        this.presence = presence;
        this.store = store;
        this.probe = probe;
    }

    /** Blocks for about two seconds at most. */
    void round() {
        presence.listen();
        // why at once: those that are cut off say nothing for as long as one waits.
        try (var asking = Executors.newVirtualThreadPerTaskExecutor()) {
            store.take().forEach(address -> asking.execute(() -> ask(address)));
        }
    }

    private void ask(AddressStore.Address address) {
        try {
            var answer = probe.ask(address.url(), address.instance());
            store.record(address, answer);
            LOG.debug("dispatcher '{}' at {}: {}", address.id(), address.url(), answer);
        } catch (RuntimeException failed) {
            LOG.warn(
                    "what dispatcher '{}' says at {} cannot be kept: {}",
                    address.id(),
                    address.url(),
                    failed.toString());
        }
    }
}
