package dev.kohakku.controller.web;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Part of a list.
 *
 * @param items in the list's order
 * @param nextCursor asks for what follows when given as {@code cursor} with the same filters; null
 *     at the end
 */
public record Page<T>(List<T> items, @Nullable String nextCursor) {}
