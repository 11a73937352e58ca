package dev.kohakku.common.wire;

import dev.kohakku.common.task.ImageReference;
import dev.kohakku.common.task.RegistryLogin;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A dispatcher is to pull an image before any attempt needs it.
 *
 * @param id of the request; goes with the outcome
 * @param image what to pull
 * @param registryLogin for pulling it; null where none is stored for its registry
 */
public record Prefetch(UUID id, ImageReference image, @Nullable RegistryLogin registryLogin) {}
