package dev.kohakku.controller.fleet;

import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.controller.task.KnownTargets;
import org.springframework.stereotype.Component;

/**
 * The targets of every dispatcher that ever checked in, live or not: what is away comes back. In a
 * fresh installation nothing is known, and everything may come.
 */
@Component
class RegisteredTargets implements KnownTargets {

    private final DispatcherStore store;

    RegisteredTargets(DispatcherStore store) {
        this.store = store;
    }

    @Override
    public boolean mayBeServed(RuntimeTarget target) {
        return store.isKnownFor(target) || !store.isAnyKnown();
    }
}
