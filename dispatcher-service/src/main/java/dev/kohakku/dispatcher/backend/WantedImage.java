package dev.kohakku.dispatcher.backend;

import dev.kohakku.common.task.ImageReference;
import dev.kohakku.common.task.RegistryLogin;
import org.jspecify.annotations.Nullable;

/**
 * An image, and what its registry asks for.
 *
 * @param name the image
 * @param login stored for its registry; null leaves it to the engine's own credentials
 */
public record WantedImage(ImageReference name, @Nullable RegistryLogin login) {}
