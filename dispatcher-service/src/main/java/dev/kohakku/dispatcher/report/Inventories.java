package dev.kohakku.dispatcher.report;

import dev.kohakku.common.wire.DispatcherRegistry;
import dev.kohakku.common.wire.FoundContainer;
import dev.kohakku.common.wire.Inventory;
import dev.kohakku.common.wire.ScopeInventory;
import dev.kohakku.dispatcher.identity.DispatcherIdentity;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.client.RestClientException;

/** Tells the Controller's leak ledger what containers there are. Thread-safe. */
public final class Inventories {

    private static final Logger LOG = LoggerFactory.getLogger(Inventories.class);

    private final DispatcherRegistry controller;
    private final DispatcherIdentity identity;
    private final Lease lease;

    public Inventories(DispatcherRegistry controller, DispatcherIdentity identity, Lease lease) {
        this.controller = controller;
        this.identity = identity;
        this.lease = lease;
    }

    /** Whether the Controller would listen to this process now. */
    public boolean areWanted() {
        return lease.isLive();
    }

    /**
     * Tells, with one call, and hears which of the containers are to be destroyed: none where there
     * is no answer. Idempotent.
     */
    public List<FoundContainer> tell(List<ScopeInventory> scopes) {
        try {
            return controller
                    .inventory(identity.id(), new Inventory(identity.instance(), scopes))
                    .destroy();
        } catch (RestClientException undecided) {
            LOG.warn("no word on the containers found: {}", Refusals.wordsOf(undecided));
            return List.of();
        }
    }
}
