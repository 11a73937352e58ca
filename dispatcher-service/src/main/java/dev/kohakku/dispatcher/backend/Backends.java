package dev.kohakku.dispatcher.backend;

import dev.kohakku.common.task.RuntimeType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The backends this dispatcher serves, at most one of each kind. Immutable. */
public final class Backends {

    private final Map<RuntimeType, ServedBackend> byType = new EnumMap<>(RuntimeType.class);

    /** Serves these. */
    public Backends(List<ServedBackend> backends) {
        for (var backend : backends) {
            if (byType.put(backend.type(), backend) != null) {
                throw new IllegalArgumentException("two backends serve " + backend.type());
            }
        }
    }

    /** The backend for a target; empty where this dispatcher serves none of that kind. */
    public Optional<ServedBackend> of(RuntimeType type) {
        return Optional.ofNullable(byType.get(type));
    }

    /** All of them. */
    public List<ServedBackend> all() {
        return List.copyOf(byType.values());
    }
}
