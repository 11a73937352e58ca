package dev.kohakku.controller.dispatch;

import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.common.task.RuntimeType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The SQL of targets. Each method is one statement; its cost follows the number of targets. */
@Component
class TargetStore {

    private static final Logger LOG = LoggerFactory.getLogger(TargetStore.class);

    private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final JsonMapper json;

    TargetStore(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Those that tasks wait for, and those whose reason is out of date since none does. */
    // why lateral: one look into the index for each target, never a join with all that waits. why
    // in
    // order: so the index is read, and not the table until a row of a rare target is met.
    List<WaitingTarget> waiting() {
        return jdbc
                .sql(
                        """
                        select g.id, g.runtime_type, g.pool, g.labels, g.waiting_reason, waits.one is not null as waited_for
                        from targets g left join lateral (
                            select 1 as one from dispatch_outbox o where o.target_id = g.id order by o.rank, o.task_id limit 1) waits on true
                        where waits.one is not null or g.waiting_reason is not null
                        order by g.id
                        """)
                .query((row, number) -> waitingIfReadable(row))
                .list()
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    // why not thrown: a type that only a newer version knows must not stop the others.
    private Optional<WaitingTarget> waitingIfReadable(ResultSet row) throws SQLException {
        try {
            return Optional.of(
                    new WaitingTarget(
                            row.getInt("id"),
                            new RuntimeTarget(
                                    RuntimeType.valueOf(row.getString("runtime_type")),
                                    null,
                                    row.getString("pool"),
                                    json.readValue(row.getString("labels"), LABELS)),
                            row.getString("waiting_reason"),
                            row.getBoolean("waited_for")));
        } catch (RuntimeException unreadable) {
            LOG.error("target {} cannot be read, and its tasks wait", row.getInt("id"), unreadable);
            return Optional.empty();
        }
    }

    /** Says why all tasks with a target wait. */
    void explain(int target, @Nullable String reason) {
        jdbc.sql(
                        """
                        update targets set waiting_reason = :reason where id = :id and waiting_reason is distinct from :reason
                        """)
                .param("id", target)
                .param("reason", reason, Types.VARCHAR)
                .update();
    }

    /**
     * Gives rows of the outbox the key of their target that an earlier version wrote without one.
     *
     * @return how many, at most so many
     */
    int adopt(int most) {
        return jdbc.sql(
                        """
                        with untargeted as materialized (
                            select o.task_id, o.attempt, t.runtime_type, t.runtime_pool, t.runtime_labels,
                                   md5(cast(t.runtime_labels as text)) as md5
                            from dispatch_outbox o join tasks t on t.id = o.task_id
                            where o.target_id is null order by o.task_id limit :most for update of o skip locked
                        ), added as (
                            insert into targets as g (runtime_type, pool, labels)
                            select distinct runtime_type, runtime_pool, runtime_labels from untargeted
                            on conflict (runtime_type, pool, labels_md5) do update set pool = excluded.pool
                            returning g.id, g.runtime_type, g.pool, g.labels_md5
                        )
                        update dispatch_outbox o set target_id = added.id
                        from untargeted u join added on added.runtime_type = u.runtime_type and added.pool = u.runtime_pool
                             and added.labels_md5 = u.md5
                        where o.task_id = u.task_id and o.attempt = u.attempt
                        """)
                .param("most", most)
                .update();
    }
}
