package dev.kohakku.common.wire;

import dev.kohakku.common.task.RuntimeType;
import java.time.Duration;
import java.util.List;

/**
 * Every container of this installation in one scope, in whatever state. A container that is not
 * named was not there when the backend was searched.
 *
 * @param type of the backend
 * @param scope what its containers can be reached through, as in {@link BackendStatus}
 * @param age how long ago the search began: whatever came into being since may be missing
 * @param containers at most 20,000
 */
public record ScopeInventory(
        RuntimeType type, String scope, Duration age, List<FoundContainer> containers) {}
