package dev.kohakku.common.wire;

import dev.kohakku.common.task.RuntimeType;
import org.jspecify.annotations.Nullable;

/**
 * A backend as its dispatcher sees it.
 *
 * @param type what tasks ask for
 * @param scope what its containers can be reached through: a Docker engine's id, a cluster's uid,
 *     an ECS cluster's ARN; {@link #UNKNOWN_SCOPE} while the backend has not said
 * @param healthy whether it accepts starts now
 * @param reason the backend's own words where it is not healthy
 */
public record BackendStatus(
        RuntimeType type, String scope, boolean healthy, @Nullable String reason) {

    /** Stands for a scope nobody could be asked for: no two backends with it are the same. */
    public static final String UNKNOWN_SCOPE = "unknown";

    /** Whether the scope says where containers are. */
    public boolean knowsScope() {
        return !scope.equals(UNKNOWN_SCOPE);
    }
}
