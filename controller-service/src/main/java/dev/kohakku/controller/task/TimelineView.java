package dev.kohakku.controller.task;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a task's timeline, the oldest first, and every attempt.
 *
 * @param nextCursor asks for what follows; null at the end for now
 */
record TimelineView(
        List<EventView> items, @Nullable String nextCursor, List<AttemptView> attempts) {}
