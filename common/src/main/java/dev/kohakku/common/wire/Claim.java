package dev.kohakku.common.wire;

/**
 * A dispatcher asks to own an attempt.
 *
 * @param dispatcherId who
 * @param instance of its check-in
 */
public record Claim(String dispatcherId, String instance) {}
