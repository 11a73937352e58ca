package dev.kohakku.controller.task;

import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.telemetry.Metrics;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The SQL that counts tasks. Each state has an index; no count goes further than is shown. */
@Component
class TaskCountStore {

    private static final String COUNT =
            """
            select s.state, c.tasks from unnest(cast(:states as text[])) as s(state)
            cross join lateral (
                select count(*) as tasks from (
                    select 1 from tasks t where t.state = s.state limit :most
                ) as some
            ) as c
            """;

    private final JdbcClient jdbc;

    TaskCountStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** By state, those that are not terminal; at most {@link Metrics#MOST_COUNTED} of each. */
    Map<TaskState, Long> counts() {
        var counts = new EnumMap<TaskState, Long>(TaskState.class);
        jdbc.sql(COUNT)
                .param("states", open())
                .param("most", Metrics.MOST_COUNTED)
                .query(row -> {
                    counts.put(TaskState.valueOf(row.getString("state")), row.getLong("tasks"));
                });
        return counts;
    }

    private static String[] open() {
        return Arrays.stream(TaskState.values())
                .filter(state -> !state.isTerminal())
                .map(Enum::name)
                .toArray(String[]::new);
    }
}
