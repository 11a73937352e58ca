package dev.kohakku.controller.rescue;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The SQL that finds who needs rescue. What is found is locked until the caller's transaction ends,
 * so that the condition still holds when it acts; what others have locked is passed over.
 */
@Component
class RescueStore {

    private final JdbcClient jdbc;

    RescueStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A task that waits for longer than it may.
     *
     * @param queueTimeout as it is stored; null for none
     * @param expiredAt its {@code expires_at} if that has passed, otherwise it is past its queue
     *     timeout
     */
    record Overdue(
            AttemptId attempt,
            @Nullable String queueTimeout,
            @Nullable String waitingReason,
            @Nullable String expiredAt) {}

    /** One of them that is not among those passed over. */
    Optional<Overdue> lockOverdue(PassedOver passedOver) {
        return jdbc.sql(
                        """
                        select id, attempt, spec #>> '{timeouts,queue}' as queue_timeout, waiting_reason,
                               case when expires_at <= now()
                                    then coalesce(spec #>> '{timeouts,expires_at}', cast(expires_at as text)) end as expired_at
                        from tasks
                        where state in ('PENDING', 'QUEUED') and (deadline_at <= now() or expires_at <= now())
                          and id <> all (cast(:passedOver as uuid[]))
                        limit 1 for update skip locked
                        """)
                .param("passedOver", passedOver.asArray())
                .query((row, number) ->
                        new Overdue(
                                attempt(row),
                                row.getString("queue_timeout"),
                                row.getString("waiting_reason"),
                                row.getString("expired_at")))
                .optional();
    }

    /**
     * An attempt whose owner does not do its part.
     *
     * @param dispatcherId the owner
     * @param silent whether the owner's lease expired too long ago; otherwise the state's deadline
     *     has passed
     * @param expired whether the task is past {@code expires_at}
     */
    record Abandoned(
            AttemptId attempt,
            Epoch epoch,
            TaskState state,
            @Nullable String dispatcherId,
            boolean silent,
            boolean expired) {}

    /** One of them that is not among those passed over. */
    Optional<Abandoned> lockAbandoned(Duration lostAfter, PassedOver passedOver) {
        return jdbc.sql(
                        """
                        select t.id, t.attempt, t.epoch, t.state, t.dispatcher_id,
                               d.id is null or d.lease_expires_at <= now() - make_interval(secs => :lost) as silent,
                               coalesce(t.expires_at <= now(), false) as expired
                        from tasks t left join dispatchers d on d.id = t.dispatcher_id
                        where t.state in ('PROVISIONING', 'RUNNING', 'CANCELLING')
                          and (d.id is null or d.lease_expires_at <= now() - make_interval(secs => :lost)
                               or t.deadline_at <= now())
                          and t.id <> all (cast(:passedOver as uuid[]))
                        limit 1 for update of t skip locked
                        """)
                .param("lost", lostAfter.toMillis() / 1000.0)
                .param("passedOver", passedOver.asArray())
                .query((row, number) ->
                        new Abandoned(
                                attempt(row),
                                new Epoch(row.getLong("epoch")),
                                TaskState.valueOf(row.getString("state")),
                                row.getString("dispatcher_id"),
                                row.getBoolean("silent"),
                                row.getBoolean("expired")))
                .optional();
    }

    private static AttemptId attempt(ResultSet row) throws SQLException {
        return new AttemptId(new TaskId(row.getObject("id", UUID.class)), row.getInt("attempt"));
    }

    /** Whether the timeline of an attempt has an event of this type, under whatever epoch. */
    boolean hasEvent(AttemptId attempt, String type) {
        return jdbc.sql(
                        """
                        select exists (select 1 from task_events
                                       where task_id = :task and attempt = :attempt and type = :type)
                        """)
                .param("task", attempt.task().value())
                .param("attempt", attempt.number())
                .param("type", type)
                .query(Boolean.class)
                .single();
    }

    /** Gives the state of a task more time. */
    void extendDeadline(TaskId task, Duration by) {
        jdbc.sql("update tasks set deadline_at = now() + make_interval(secs => :by) where id = :id")
                .param("id", task.value())
                .param("by", by.toMillis() / 1000.0)
                .update();
    }
}
