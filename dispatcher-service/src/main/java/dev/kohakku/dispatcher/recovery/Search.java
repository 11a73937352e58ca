package dev.kohakku.dispatcher.recovery;

import dev.kohakku.common.wire.FoundContainer;
import dev.kohakku.common.wire.ScopeInventory;
import dev.kohakku.dispatcher.backend.ContainerBackend;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one backend holds.
 *
 * @param backend that was searched
 * @param scope of the backend
 * @param begunAt when, by steady time
 * @param handles everything of this installation
 */
record Search(
        ContainerBackend backend, String scope, Instant begunAt, List<ContainerHandle> handles) {

    /** As it is told at this moment. */
    ScopeInventory inventory(Instant now) {
        return new ScopeInventory(
                backend.type(),
                scope,
                Duration.between(begunAt, now),
                handles.stream().map(Search::found).toList());
    }

    /** The container of that name, if it is one of these. */
    Optional<ContainerHandle> find(FoundContainer container) {
        return handles.stream().filter(handle -> found(handle).equals(container)).findFirst();
    }

    private static FoundContainer found(ContainerHandle handle) {
        return new FoundContainer(
                handle.attempt().task(), handle.attempt().number(), handle.containerId());
    }
}
