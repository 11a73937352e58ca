package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.Backends;
import dev.kohakku.dispatcher.backend.ContainerBackend;
import dev.kohakku.dispatcher.backend.ServedBackend;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the backends were when last looked at, so that nobody who only wants to know waits for an
 * engine that hangs. Thread-safe.
 */
public final class BackendHealths {

    private static final Logger LOG = LoggerFactory.getLogger(BackendHealths.class);

    /** The scope of a backend that has not been healthy yet. */
    private static final String NEVER_SEEN = "unknown";

    private final Backends backends;
    private volatile @Nullable List<BackendStatus> last;

    public BackendHealths(Backends backends) {
        this.backends = backends;
    }

    /** Looks at every backend; blocks for some seconds where one hangs. One round of a loop. */
    public boolean look() {
        var before = last;
        var now =
                backends.all().stream()
                        .map(served -> statusOf(served.containers(), lastScope(before, served)))
                        .toList();
        last = now;
        for (var status : now) {
            if (before == null || before.stream().noneMatch(known -> isSame(known, status))) {
                LOG.info(
                        "backend {} is {}",
                        status.type(),
                        status.healthy() ? "healthy" : "not healthy: " + status.reason());
            }
        }
        return false;
    }

    private static boolean isSame(BackendStatus one, BackendStatus other) {
        return one.type() == other.type() && one.healthy() == other.healthy();
    }

    /** why kept: what runs in a scope is still in it while its engine has a hiccup. */
    private static String lastScope(@Nullable List<BackendStatus> before, ServedBackend served) {
        return Objects.requireNonNullElse(before, List.<BackendStatus>of()).stream()
                .filter(status -> status.type() == served.type())
                .map(BackendStatus::scope)
                .findFirst()
                .orElse(NEVER_SEEN);
    }

    private static BackendStatus statusOf(ContainerBackend backend, String lastScope) {
        var health = backend.health();
        if (!health.healthy()) {
            return new BackendStatus(backend.type(), lastScope, false, health.reason());
        }
        try {
            return new BackendStatus(backend.type(), backend.scope(), true, null);
        } catch (BackendException failed) {
            return new BackendStatus(backend.type(), lastScope, false, failed.getMessage());
        }
    }

    /** What was seen last; looks first where nobody has looked yet. */
    public List<BackendStatus> statuses() {
        var seen = last;
        if (seen == null) {
            look();
            seen = last;
        }
        return seen == null ? List.of() : seen;
    }

    /** The types of those that accepted work when last looked at. */
    public Set<RuntimeType> healthyTypes() {
        return statuses().stream()
                .filter(BackendStatus::healthy)
                .map(BackendStatus::type)
                .collect(Collectors.toSet());
    }

    /** Whether at least one accepted work when last looked at. */
    public boolean isAnyHealthy() {
        return statuses().stream().anyMatch(BackendStatus::healthy);
    }
}
