package dev.kohakku.controller.fleet;

import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.wire.BackendStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A dispatcher whose lease has not expired.
 *
 * @param id its id
 * @param queue the stream it consumes
 * @param freeSlots how many more attempts it would take, as of its last heartbeat
 * @param cordoned whether it is to take no new attempt
 * @param backends as of its last heartbeat
 */
public record LiveDispatcher(
        String id, String queue, int freeSlots, boolean cordoned, List<BackendStatus> backends) {

    /** Whether it has a backend of this type, healthy or not. */
    public boolean has(RuntimeType type) {
        return backends.stream().anyMatch(backend -> backend.type() == type);
    }

    /** Whether it has a backend of this type that accepts starts. */
    public boolean serves(RuntimeType type) {
        return backends.stream().anyMatch(backend -> backend.type() == type && backend.healthy());
    }

    /**
     * Where the containers are that it runs on its backend of this type, of its healthy one where
     * it has several; empty while no backend says.
     */
    public Optional<String> scopeOf(RuntimeType type) {
        return backends.stream()
                .filter(backend -> backend.type() == type && backend.knowsScope())
                .max(Comparator.comparing(BackendStatus::healthy))
                .map(BackendStatus::scope);
    }
}
