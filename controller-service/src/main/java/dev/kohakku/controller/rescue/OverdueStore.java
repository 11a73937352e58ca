package dev.kohakku.controller.rescue;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.controller.task.StateSets;
import dev.kohakku.controller.task.Targets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The SQL that finds tasks that have waited for longer than they may. */
@Component
class OverdueStore {

    private final JdbcClient jdbc;

    OverdueStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A task without an owner that waits for longer than it may.
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

    /** One of them that is not among those passed over, locked until the transaction ends. */
    Optional<Overdue> lockOverdue(PassedOver passedOver) {
        return jdbc.sql(
                        """
                        select t.id, t.attempt, t.spec #>> '{timeouts,queue}' as queue_timeout, %s as waits_for,
                               case when t.expires_at <= now()
                                    then coalesce(t.spec #>> '{timeouts,expires_at}', cast(t.expires_at as text)) end as expired_at
                        from tasks t %s
                        where t.state in (%s) and (t.deadline_at <= now() or t.expires_at <= now())
                          and t.id <> all (cast(:passedOver as uuid[]))
                        limit 1 for update of t skip locked
                        """
                                .formatted(Targets.REASON, Targets.JOINED, StateSets.WAITING))
                .param("passedOver", passedOver.asArray())
                .query((row, number) ->
                        new Overdue(
                                new AttemptId(
                                        new TaskId(row.getObject("id", UUID.class)),
                                        row.getInt("attempt")),
                                row.getString("queue_timeout"),
                                row.getString("waits_for"),
                                row.getString("expired_at")))
                .optional();
    }

    /** How many tasks are being cancelled for longer than this. */
    long cancelsOlderThan(Duration age) {
        return jdbc.sql(
                        """
                        select count(*) from tasks
                        where state = 'CANCELLING' and cancel_requested_at <= now() - make_interval(secs => :age)
                        """)
                .param("age", (double) age.toSeconds())
                .query(Long.class)
                .single();
    }
}
