package dev.kohakku.common.wire;

/**
 * A dispatcher's process stops.
 *
 * @param instance of its check-in
 */
public record Leave(String instance) {}
