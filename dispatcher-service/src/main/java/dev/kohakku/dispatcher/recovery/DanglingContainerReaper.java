package dev.kohakku.dispatcher.recovery;

import dev.kohakku.common.wire.FoundContainer;
import dev.kohakku.dispatcher.attempt.RunningAttempts;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.Backends;
import dev.kohakku.dispatcher.backend.ContainerBackend;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.report.Inventories;
import dev.kohakku.dispatcher.report.SteadyTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the Controller what containers of this installation there are, and destroys those that its
 * leak ledger names. One round of a loop. A stop in the middle of a round loses nothing: what was
 * not destroyed is in the next inventory, of this process or of any other in the scope.
 */
final class DanglingContainerReaper {

    private static final Logger LOG = LoggerFactory.getLogger(DanglingContainerReaper.class);

    /** As the Controller takes it. Part of a scope is none: the rest would count as gone. */
    private static final int MOST = 20_000;

    private final Inventories inventories;
    private final Backends backends;
    private final RunningAttempts running;
    private final SteadyTime steady;

    DanglingContainerReaper(
            Inventories inventories,
            Backends backends,
            RunningAttempts running,
            SteadyTime steady) {
        this.inventories = inventories;
        this.backends = backends;
        this.running = running;
        this.steady = steady;
    }

    boolean step() throws InterruptedException {
        if (!inventories.areWanted()) {
            return false;
        }
        var searches = new ArrayList<Search>();
        for (var served : backends.all()) {
            search(served.containers()).ifPresent(searches::add);
        }
        if (!searches.isEmpty()) {
            var now = steady.now();
            var ordered =
                    inventories.tell(
                            searches.stream().map(search -> search.inventory(now)).toList());
            for (var search : searches) {
                destroy(search, ordered);
            }
        }
        return false;
    }

    private void destroy(Search search, List<FoundContainer> ordered) throws InterruptedException {
        for (var container : ordered) {
            var found = search.find(container);
            if (found.isPresent()) {
                destroy(search.backend(), found.get());
            }
        }
    }

    /** Empty where nothing can be said. */
    private Optional<Search> search(ContainerBackend backend) throws InterruptedException {
        // why before the search: what comes into being during it may be missing.
        var begunAt = steady.now();
        try {
            var search = new Search(backend, backend.scope(), begunAt, backend.list());
            if (search.handles().size() <= MOST) {
                return Optional.of(search);
            }
            LOG.error("{} holds more than {} containers of ours", backend.type(), MOST);
        } catch (BackendException away) {
            LOG.warn("{} cannot be searched: {}", backend.type(), away.getMessage());
        }
        return Optional.empty();
    }

    private void destroy(ContainerBackend backend, ContainerHandle handle)
            throws InterruptedException {
        if (running.find(handle.attempt()).isPresent()) {
            LOG.info("the container of attempt {} is in work, and stays", handle.attempt());
            return;
        }
        try {
            backend.destroy(handle);
            LOG.info("destroyed the dangling container of attempt {}", handle.attempt());
        } catch (BackendException failed) {
            LOG.warn(
                    "the dangling container of attempt {} stays until the next round: {}",
                    handle.attempt(),
                    failed.getMessage());
        }
    }
}
