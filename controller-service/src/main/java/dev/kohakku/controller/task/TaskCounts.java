package dev.kohakku.controller.task;

import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.telemetry.KeptReading;
import dev.kohakku.common.telemetry.Metrics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.springframework.stereotype.Component;

/** How many tasks stand where, as the database holds them: every replica shows the same. */
@Component
class TaskCounts {

    private static final Duration SERVES_FOR = Duration.ofSeconds(15);

    private static final Map<TaskState, Long> NONE = Map.of();

    TaskCounts(TaskCountStore store, Clock clock, MeterRegistry meters) {
        var counts =
                new KeptReading<>("the number of tasks", clock, SERVES_FOR, NONE, store::counts);
        Arrays.stream(TaskState.values())
                .filter(state -> !state.isTerminal())
                .forEach(state ->
                        Gauge.builder(
                                        Metrics.TASKS,
                                        counts,
                                        each -> each.value().getOrDefault(state, 0L))
                                .tag(Metrics.STATE, state.name().toLowerCase(Locale.ROOT))
                                .register(meters));
    }
}
