package dev.kohakku.common.task;

import org.jspecify.annotations.Nullable;

/**
 * Where a task wants to run.
 *
 * @param type the kind of backend
 * @param namespace a Kubernetes namespace, where that applies; null for the backend's default
 */
public record RuntimeTarget(RuntimeType type, @Nullable String namespace) {}
