package dev.kohakku.controller.task;

import dev.kohakku.common.task.Epoch;

/**
 * What a writer believes to be current. A move that carries an old one changes nothing.
 *
 * @param attempt the attempt it writes for
 * @param epoch the epoch it owns it under
 */
public record Fence(int attempt, Epoch epoch) {}
