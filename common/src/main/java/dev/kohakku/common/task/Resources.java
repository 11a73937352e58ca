package dev.kohakku.common.task;

import org.jspecify.annotations.Nullable;

/**
 * What a container may use at most.
 *
 * @param cpu null for no limit
 * @param memory null for no limit; a container that takes more is killed and fails with {@link
 *     FailureKind#OUT_OF_MEMORY}
 */
public record Resources(@Nullable CpuQuantity cpu, @Nullable MemoryQuantity memory) {

    /** No limits. */
    public static final Resources UNLIMITED = new Resources(null, null);
}
