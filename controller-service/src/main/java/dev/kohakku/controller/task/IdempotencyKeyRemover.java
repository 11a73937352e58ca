package dev.kohakku.controller.task;

import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Removes idempotency keys nobody comes back with: a week old, of a task that has ended or is gone.
 * Safe on many replicas at once.
 */
@Component
class IdempotencyKeyRemover {

    private static final Duration KEPT_FOR = Duration.ofDays(7);

    /** Small, so that no round holds its locks for long. */
    private static final int BATCH = 1_000;

    private final JdbcClient jdbc;

    IdempotencyKeyRemover(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Removes a batch. Returns whether there may be more. */
    boolean round() {
        // why only of ended tasks: a workflow that is started anew finds its task by its key.
        var removed =
                jdbc.sql(
                                """
                                delete from idempotency_keys k using (
                                    select i.project_id, i.key from idempotency_keys i left join tasks t on t.id = i.task_id
                                    where i.created_at < now() - make_interval(secs => :keptFor) and (t.finished_at is not null or t.id is null)
                                    limit :most for update of i skip locked
                                ) old where k.project_id = old.project_id and k.key = old.key
                                """)
                        .param("keptFor", (double) KEPT_FOR.toSeconds())
                        .param("most", BATCH)
                        .update();
        return removed == BATCH;
    }
}
