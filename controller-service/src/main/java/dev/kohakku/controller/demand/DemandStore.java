package dev.kohakku.controller.demand;

import dev.kohakku.controller.task.StateSets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The SQL of demand. It reads only; each method is one statement. */
@Component
class DemandStore {

    /**
     * Of each target no more are counted: whoever scales by more than this is at a limit anyway.
     */
    static final int MOST_COUNTED = 100_000;

    private final JdbcClient jdbc;

    DemandStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * What waits of one type with one priority.
     *
     * @param oldest when the oldest was accepted, in seconds before now
     */
    record Waiting(String type, int priority, long tasks, long oldest, boolean capped) {}

    /** The pools that tasks have asked for or dispatchers have served. */
    List<String> pools() {
        return jdbc.sql("select pool from targets union select pool from dispatchers order by pool")
                .query((row, number) -> row.getString("pool"))
                .list();
    }

    // why put_back left out: such a row is of a task that is QUEUED, and counted as that.
    List<Waiting> waiting(String pool) {
        return jdbc.sql(
                        """
                        select type, priority, sum(tasks) as tasks, bool_or(capped) as capped,
                               greatest(0, extract(epoch from now()) - min(since)) as oldest
                        from (
                            select g.runtime_type as type, w.priority, count(*) as tasks, min(w.rank + 60 * w.priority) as since,
                                   sum(count(*)) over (partition by g.id) >= :most as capped
                            from targets g cross join lateral (
                                select o.rank, o.priority from dispatch_outbox o
                                where o.target_id = g.id and not o.put_back order by o.rank, o.task_id limit :most) w
                            where g.pool = :pool group by g.id, g.runtime_type, w.priority
                            union all
                            select t.runtime_type, t.priority, count(*), min(extract(epoch from t.created_at)), false
                            from tasks t where t.state = 'QUEUED' and t.runtime_pool = :pool group by t.runtime_type, t.priority
                        ) waiting
                        group by type, priority order by type, priority
                        """)
                .param("pool", pool)
                .param("most", MOST_COUNTED)
                .query((row, number) ->
                        new Waiting(
                                row.getString("type"),
                                row.getInt("priority"),
                                row.getLong("tasks"),
                                (long) row.getDouble("oldest"),
                                row.getBoolean("capped")))
                .list();
    }

    /** How many tasks of each type a dispatcher owns. */
    Map<String, Long> running(String pool) {
        var running = new TreeMap<String, Long>();
        jdbc.sql(
                        """
                        select runtime_type, count(*) as tasks from tasks
                        where state in (%s) and runtime_pool = :pool group by runtime_type
                        """
                                .formatted(StateSets.OWNED))
                .param("pool", pool)
                .query(row -> {
                    running.put(row.getString("runtime_type"), row.getLong("tasks"));
                });
        return running;
    }

    /**
     * What its dispatchers, live or not, work on at most: the middle one; 0 where none is known.
     */
    int usualCapacity(String pool) {
        return jdbc.sql(
                        """
                        select coalesce(percentile_disc(0.5) within group (order by max_running_tasks), 0)
                        from dispatchers where pool = :pool
                        """)
                .param("pool", pool)
                .query(Integer.class)
                .single();
    }
}
