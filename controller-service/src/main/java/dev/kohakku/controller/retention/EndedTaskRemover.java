package dev.kohakku.controller.retention;

import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.telemetry.Metrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Removes tasks that ended longer ago than they are kept, with their attempts and timelines. Safe
 * on many replicas at once.
 */
@Component
class EndedTaskRemover {

    /** Small, so that no round holds its locks for long: a task may have hundreds of events. */
    static final int BATCH = 200;

    private static final List<TaskState> TERMINAL =
            Arrays.stream(TaskState.values()).filter(TaskState::isTerminal).toList();

    private final RetentionStore store;
    private final RetentionProperties properties;
    private final Map<TaskState, Counter> removed = new EnumMap<>(TaskState.class);

    EndedTaskRemover(RetentionStore store, RetentionProperties properties, MeterRegistry meters) {
        this.store = store;
        this.properties = properties;
        for (var state : TERMINAL) {
            removed.put(state, meters.counter(Metrics.TASKS_REMOVED, Metrics.STATE, state.name()));
        }
    }

    /**
     * Removes a batch of each state that is not kept for ever. Returns whether there may be more.
     */
    boolean round() {
        var more = false;
        for (var counted : removed.entrySet()) {
            var keptFor = properties.of(counted.getKey());
            if (!keptFor.isZero()) {
                int count = store.remove(counted.getKey(), keptFor, BATCH);
                counted.getValue().increment(count);
                more |= count == BATCH;
            }
        }
        return more;
    }
}
