package dev.kohakku.controller.task;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of a task's timeline.
 *
 * @param id grows along the timeline
 * @param type {@code state} for a move; else a stable word, such as {@code backend}, {@code
 *     progress}, {@code superseded_report}
 * @param fromState null where it is no move, and for the first one
 * @param toState null where it is no move
 * @param actor who: {@code token:<name>}, {@code enqueuer}, {@code dispatcher:<id>}, …
 */
record EventView(
        long id,
        Instant at,
        int attempt,
        long epoch,
        String type,
        @Nullable String fromState,
        @Nullable String toState,
        String actor,
        @Nullable String message,
        Map<String, Object> detail) {}
