package dev.kohakku.controller.rescue;

import dev.kohakku.common.task.TaskId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The tasks a watcher could not act on, left alone for a while: one that cannot be read must not
 * hold up the others. Only this process's memory; after a start they are tried at once. Not
 * thread-safe.
 */
final class PassedOver {

    private static final Duration WHILE = Duration.ofSeconds(30);

    private final Clock clock;
    private final Map<TaskId, Instant> until = new HashMap<>();

    PassedOver(Clock clock) {
        this.clock = clock;
    }

    void add(TaskId task) {
        until.put(task, clock.instant().plus(WHILE));
    }

    /** Those still to be left alone, as a literal of a {@code uuid[]}. */
    String asArray() {
        var now = clock.instant();
        until.values().removeIf(end -> !end.isAfter(now));
        return until.keySet().stream()
                .map(TaskId::toString)
                .collect(Collectors.joining(",", "{", "}"));
    }
}
