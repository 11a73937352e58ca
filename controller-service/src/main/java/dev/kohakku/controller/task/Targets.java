package dev.kohakku.controller.task;

/**
 * The targets of tasks in SQL. Each kind of target (type, pool, labels) has one row in {@code
 * targets}: its small key stands in the outbox, and why its tasks wait stands in it once, however
 * many they are.
 */
public final class Targets {

    /**
     * Joins the row {@code t} of a task with what it waits in ({@code o}) and for ({@code g}),
     * where it waits.
     */
    public static final String JOINED =
            """
            left join dispatch_outbox o on o.task_id = t.id and o.attempt = t.attempt and t.state = 'PENDING'
            left join targets g on g.id = o.target_id
            """;

    /**
     * Why a task is not on a queue yet, of rows as {@link #JOINED}: its own reason while it may not
     * go, otherwise that of all with its target.
     */
    public static final String REASON =
            """
            case when t.state = 'PENDING' and o.available_at <= now() then coalesce(g.waiting_reason, t.waiting_reason)
                 else t.waiting_reason end\
            """;

    private Targets() {}

    /**
     * The key of a task's target; null where it has none yet, since an earlier version accepted the
     * task.
     *
     * @param task what a row with {@code runtime_type}, {@code runtime_pool} and {@code
     *     runtime_labels} is called in the query
     */
    public static String idOf(String task) {
        return """
        (select target.id from targets target
         where target.runtime_type = %1$s.runtime_type and target.pool = %1$s.runtime_pool
           and target.labels_md5 = md5(cast(%1$s.runtime_labels as text)))\
        """
                .formatted(task);
    }
}
