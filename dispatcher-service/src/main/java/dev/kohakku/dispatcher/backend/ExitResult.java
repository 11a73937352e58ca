package dev.kohakku.dispatcher.backend;

import org.jspecify.annotations.Nullable;

/**
 * How a container's process ended.
 *
 * @param exitCode 0 to 255; 128 + n for signal n
 * @param outOfMemory whether the engine killed it at its memory limit
 * @param error the engine's own words, null when it has none
 */
public record ExitResult(int exitCode, boolean outOfMemory, @Nullable String error) {}
