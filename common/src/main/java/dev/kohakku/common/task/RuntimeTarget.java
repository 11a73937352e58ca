package dev.kohakku.common.task;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a task wants to run.
 *
 * @param type the kind of backend
 * @param namespace a Kubernetes namespace, where that applies; null for the backend's default
 * @param pool whose dispatchers may take it; a spec of an earlier version does not say and has
 *     {@link #DEFAULT_POOL}
 * @param labels what the dispatcher must carry; empty for any
 */
public record RuntimeTarget(
        RuntimeType type, @Nullable String namespace, String pool, Map<String, String> labels) {

    /** The pool of dispatchers and tasks that name none. */
    public static final String DEFAULT_POOL = "default";

    public RuntimeTarget {
        pool = Objects.requireNonNullElse(pool, DEFAULT_POOL);
        labels = Map.copyOf(Objects.requireNonNullElse(labels, Map.of()));
    }

    /** Any dispatcher of the default pool. */
    public RuntimeTarget(RuntimeType type, @Nullable String namespace) {
        this(type, namespace, DEFAULT_POOL, Map.of());
    }
}
