package dev.kohakku.dispatcher.recovery;

import dev.kohakku.dispatcher.attempt.Disposal;
import dev.kohakku.dispatcher.attempt.RunningAttempts;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.Backends;
import dev.kohakku.dispatcher.backend.ContainerBackend;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.report.Lease;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds containers of this installation that nobody here tracks, and after a grace destroys those
 * whose attempts are over by the Controller's word. One round of a loop.
 */
final class DanglingContainerReaper {

    private static final Logger LOG = LoggerFactory.getLogger(DanglingContainerReaper.class);

    private final Backends backends;
    private final RunningAttempts running;
    private final Disposal disposal;
    private final Lease lease;
    private final ReaperSettings settings;
    private final Clock clock;

    /** When the Controller is to be asked about a container, by container. */
    private final Map<ContainerHandle, Instant> askAt = new HashMap<>();

    DanglingContainerReaper(
            Backends backends,
            RunningAttempts running,
            Disposal disposal,
            Lease lease,
            ReaperSettings settings,
            Clock clock) {
        this.backends = backends;
        this.running = running;
        this.disposal = disposal;
        this.lease = lease;
        this.settings = settings;
        this.clock = clock;
    }

    boolean step() throws InterruptedException {
        if (!lease.isLive()) {
            return false;
        }
        var present = new HashSet<ContainerHandle>();
        for (var served : backends.all()) {
            try {
                look(served.containers(), present);
            } catch (BackendException away) {
                LOG.warn("{} cannot be searched: {}", served.type(), away.getMessage());
                keepKnown(served.containers(), present);
            }
        }
        askAt.keySet().retainAll(present);
        return false;
    }

    private void look(ContainerBackend backend, Set<ContainerHandle> present)
            throws InterruptedException {
        for (var handle : backend.list()) {
            if (running.find(handle.attempt()).isPresent()) {
                continue;
            }
            present.add(handle);
            var now = clock.instant();
            var due = askAt.computeIfAbsent(handle, _ -> now.plus(settings.grace()));
            if (!now.isBefore(due)) {
                settle(backend, handle);
            }
        }
    }

    private void settle(ContainerBackend backend, ContainerHandle handle)
            throws InterruptedException {
        var verdict = disposal.settle(handle.attempt(), backend);
        LOG.info("container of attempt {} was dangling: {}", handle.attempt(), verdict);
        switch (verdict) {
            case DESTROYED -> askAt.remove(handle);
            case ELSEWHERE -> askAt.put(handle, clock.instant().plus(settings.askAgainAfter()));
            case OURS, UNDECIDED -> askAt.put(handle, clock.instant().plus(settings.grace()));
        }
    }

    private void keepKnown(ContainerBackend backend, Set<ContainerHandle> present) {
        askAt.keySet().stream()
                .filter(handle -> handle.type() == backend.type())
                .forEach(present::add);
    }
}
