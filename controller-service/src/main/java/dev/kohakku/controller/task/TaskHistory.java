package dev.kohakku.controller.task;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Appends to the timeline of tasks, in the caller's transaction. Moves of the state are written by
 * {@link Transitions}.
 */
@Component
public class TaskHistory {

    private final JdbcClient jdbc;
    private final JsonMapper json;

    TaskHistory(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /**
     * Adds an event that is not a move.
     *
     * @param type a stable word, such as {@code progress}, {@code backend}, {@code
     *     superseded_report}
     * @param message one sentence for a person
     */
    public void append(
            AttemptId attempt,
            Epoch epoch,
            String type,
            String actor,
            String message,
            Map<String, ?> detail) {
        jdbc.sql(
                        """
                        insert into task_events (task_id, attempt, epoch, type, actor, message, detail)
                        values (:task, :attempt, :epoch, :type, :actor, :message, cast(:detail as jsonb))
                        """)
                .param("task", attempt.task().value())
                .param("attempt", attempt.number())
                .param("epoch", epoch.value())
                .param("type", type)
                .param("actor", actor)
                .param("message", message)
                .param("detail", json.writeValueAsString(detail))
                .update();
    }
}
