package dev.kohakku.controller.leak;

import dev.kohakku.common.wire.FoundContainer;
import dev.kohakku.common.wire.Inventory;
import dev.kohakku.common.wire.InventoryAnswer;
import dev.kohakku.common.wire.ScopeInventory;
import dev.kohakku.controller.fleet.Dispatchers;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Compares what dispatchers see with what is recorded. Safe on every replica at once. */
@Component
class Inventories {

    private static final Logger LOG = LoggerFactory.getLogger(Inventories.class);

    private final Dispatchers dispatchers;
    private final LeakStore store;
    private final TransactionTemplate transaction;
    private final LeakProperties properties;

    Inventories(
            Dispatchers dispatchers,
            LeakStore store,
            TransactionTemplate transaction,
            LeakProperties properties) {
        this.dispatchers = dispatchers;
        this.store = store;
        this.transaction = transaction;
        this.properties = properties;
    }

    /** Takes an inventory in; repeatable. 404 when its dispatcher has to check in first. */
    InventoryAnswer take(String dispatcher, Inventory inventory) {
        if (dispatchers.find(dispatcher, inventory.instance()).isEmpty()) {
            throw Dispatchers.unknown(dispatcher, inventory.instance());
        }
        var destroy = new ArrayList<FoundContainer>();
        for (var scope : inventory.scopes()) {
            // why each by itself: the lock of one scope is never waited for with another's held.
            destroy.addAll(transaction.execute(_ -> compared(dispatcher, scope)));
        }
        return new InventoryAnswer(destroy);
    }

    private List<FoundContainer> compared(String dispatcher, ScopeInventory inventory) {
        var search = new LeakStore.SearchedScope(dispatcher, inventory);
        // why first: it locks the scope, and so orders the inventories of it.
        store.noteSearch(search);
        store.touchDangling(search);
        store.touchPhantoms(search);
        store.resolveUntouched(search);
        // why after the dangling ones: what was unverified and is there has become one of them.
        store.settleUnverified(search);
        return properties.dryRun() ? List.of() : ordered(search);
    }

    private List<FoundContainer> ordered(LeakStore.SearchedScope search) {
        var orders =
                store.orderDestruction(
                        search, properties.destroyAfter(), properties.unknownGrace());
        orders.stream()
                .filter(LeakStore.Order::isNew)
                .forEach(order ->
                        LOG.warn(
                                "dispatcher '{}' is ordered to destroy {} in scope '{}': attempt {} of task {} is over or unknown",
                                search.dispatcher(),
                                order.container().containerId(),
                                search.inventory().scope(),
                                order.container().attempt(),
                                order.container().taskId()));
        return orders.stream().map(LeakStore.Order::container).toList();
    }
}
