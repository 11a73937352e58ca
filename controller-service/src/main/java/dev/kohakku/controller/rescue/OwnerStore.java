package dev.kohakku.controller.rescue;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.controller.fleet.ApiPresence;
import dev.kohakku.controller.fleet.FleetProperties;
import dev.kohakku.controller.fleet.Silence;
import dev.kohakku.controller.task.StateSets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The SQL that judges the owners of attempts. All in the caller's transaction; leases and deadlines
 * go by the database's clock.
 *
 * <p>Whoever is found is locked first and judged again under the lock, in a statement of its own:
 * somebody else may have moved the attempt just before the lock, and the statement that took it
 * holds the new owner against the old one's row, finds none that fits, and calls it silent ({@code
 * HandOverRaceIT}).
 */
@Component
class OwnerStore {

    /**
     * Whether the owner is known and has no backend that reaches the container: its id came back on
     * another engine, or without the backend. One that does not say its scope, of an engine that
     * was away from the start, may reach it; one that is not healthy says the scope it last had.
     * Two more heartbeats must have confirmed it: what was switched by mistake is switched back.
     */
    private static final String ELSEWHERE =
            """
            (d.id is not null and d.backends_beats >= 2
              and not exists (select 1 from jsonb_array_elements(d.backends) b
                              where b ->> 'type' = lower(t.runtime_type)
                                and (a.scope is null or b ->> 'scope' in (a.scope, '%1$s'))))
            """
                    .formatted(BackendStatus.UNKNOWN_SCOPE);

    private final JdbcClient jdbc;
    private final FleetProperties fleet;
    private final Duration unheardAfter;
    private final String abandoned;
    private final String orphaned;

    OwnerStore(
            JdbcClient jdbc,
            ApiPresence presence,
            Silence silence,
            FleetProperties fleet,
            RescueProperties rescue) {
        this.jdbc = jdbc;
        this.fleet = fleet;
        this.unheardAfter = rescue.unheardAfter();
        this.abandoned =
                """
                %5$s
                select t.id, t.attempt, t.epoch, t.state, t.dispatcher_id, judged.silent,
                       %4$s and d.lease_expires_at > now() as elsewhere,
                       coalesce(t.expires_at <= now(), false) as expired
                from tasks t join attempts a on a.task_id = t.id and a.number = t.attempt
                     left join fleet d on d.id = t.dispatcher_id
                     cross join lateral (
                         select %1$s and %6$s and (d.id is null or d.gone or d.lease_expires_at > now()) as heard,
                                %1$s and ((d.id is null)
                                          or (d.gone and d.lease_expires_at <= now() - make_interval(secs => :heard))
                                          or (%4$s and d.backends_since <= now() - make_interval(secs => :heard)))
                                and not exists (%2$s) as silent) judged
                where t.state in (%3$s)
                  and (judged.silent or (t.deadline_at <= now() and (judged.heard or t.state = 'CANCELLING')))
                """
                        .formatted(
                                presence.lasts(),
                                Adopters.ANY,
                                StateSets.OWNED,
                                ELSEWHERE,
                                silence.judged(),
                                presence.hears());
        this.orphaned =
                """
                %5$s
                select t.id, t.attempt, t.epoch, t.dispatcher_id, a.scope, adopter.id as adopter,
                       case when d.left_at is not null then 'LEFT'
                            when coalesce(d.lease_expires_at <= now(), true) then 'SILENT'
                            when %4$s then 'ELSEWHERE' when d.draining then 'DRAINING' else 'UNCLAIMED' end as cause
                from tasks t join attempts a on a.task_id = t.id and a.number = t.attempt
                     left join fleet d on d.id = t.dispatcher_id
                     cross join lateral (%2$s limit 1) adopter
                where t.state in (%3$s)
                  and (d.left_at is not null or (d.draining and t.state = 'RUNNING') or %4$s
                       or (t.dispatcher_instance is null and t.updated_at <= now() - make_interval(secs => :heard))
                       or d.gone or (d.id is null and %1$s))
                """
                        .formatted(
                                presence.lasts(),
                                Adopters.BEST_FIRST,
                                StateSets.OWNED,
                                ELSEWHERE,
                                silence.judged());
    }

    /**
     * An attempt whose owner does not do its part.
     *
     * @param dispatcherId the owner
     * @param silent whether the owner's lease expired too long ago and its silence is its own, or
     *     it has been elsewhere for as long, and nobody else can watch the container; otherwise the
     *     state's deadline has passed
     * @param elsewhere whether the owner lives, and does not reach the container
     * @param expired whether the task is past {@code expires_at}
     */
    record Abandoned(
            AttemptId attempt,
            Epoch epoch,
            TaskState state,
            @Nullable String dispatcherId,
            boolean silent,
            boolean elsewhere,
            boolean expired) {}

    /**
     * An attempt whose owner is gone or going, while another dispatcher can watch its container.
     *
     * @param owner who owns it; null where the record names nobody
     * @param scope where the container is
     * @param adopter who can
     */
    record Orphan(
            AttemptId attempt,
            Epoch epoch,
            @Nullable String owner,
            Cause cause,
            String scope,
            String adopter) {}

    /** Why an owner is to be replaced. */
    enum Cause {
        /** Its process said that it stops. */
        LEFT,
        /** An operator wants it to be empty. */
        DRAINING,
        /** Its lease has expired, and the silence is its own. */
        SILENT,
        /** It lives, on another engine than the container, or without the backend. */
        ELSEWHERE,
        /** It lives and was handed the attempt, and has not claimed it for a whole lease. */
        UNCLAIMED
    }

    /** One of them that is not among those passed over, locked until the transaction ends. */
    Optional<Abandoned> lockAbandoned(Duration lostAfter, PassedOver passedOver) {
        return locked(abandoned, lostAfter, passedOver, OwnerStore::abandoned);
    }

    /** One of them that is not among those passed over, locked until the transaction ends. */
    Optional<Orphan> lockOrphan(PassedOver passedOver) {
        return locked(orphaned, fleet.lease(), passedOver, OwnerStore::orphan);
    }

    private <T> Optional<T> locked(
            String judgement, Duration heard, PassedOver passedOver, RowMapper<T> mapper) {
        var params =
                Map.of(
                        "heard",
                        heard.toMillis() / 1000.0,
                        "unheard",
                        unheardAfter.toMillis() / 1000.0,
                        "passedOver",
                        passedOver.asArray());
        while (true) {
            var found =
                    jdbc.sql(
                                    judgement
                                            + " and t.id <> all (cast(:passedOver as uuid[])) limit"
                                            + " 1 for update of t skip locked")
                            .params(params)
                            .query((row, number) -> row.getObject("id", UUID.class))
                            .optional();
            if (found.isEmpty()) {
                return Optional.empty();
            }
            var judged =
                    jdbc.sql(judgement + " and t.id = :id")
                            .params(params)
                            .param("id", found.get())
                            .query(mapper)
                            .optional();
            if (judged.isPresent()) {
                return judged;
            }
        }
    }

    private static Abandoned abandoned(ResultSet row, int number) throws SQLException {
        return new Abandoned(
                attempt(row),
                new Epoch(row.getLong("epoch")),
                TaskState.valueOf(row.getString("state")),
                row.getString("dispatcher_id"),
                row.getBoolean("silent"),
                row.getBoolean("elsewhere"),
                row.getBoolean("expired"));
    }

    private static Orphan orphan(ResultSet row, int number) throws SQLException {
        return new Orphan(
                attempt(row),
                new Epoch(row.getLong("epoch")),
                row.getString("dispatcher_id"),
                Cause.valueOf(row.getString("cause")),
                row.getString("scope"),
                row.getString("adopter"));
    }

    private static AttemptId attempt(ResultSet row) throws SQLException {
        return new AttemptId(new TaskId(row.getObject("id", UUID.class)), row.getInt("attempt"));
    }

    /**
     * Makes a dispatcher the owner of an attempt, none of its processes yet: the next heartbeat of
     * whichever has the id then says that it is to claim and resume it.
     *
     * @return the new epoch: from here on the owner of before is fenced; empty when the attempt has
     *     moved meanwhile
     */
    Optional<Epoch> handOverIfOwnedUnder(AttemptId attempt, Epoch epoch, String adopter) {
        return jdbc.sql(
                        """
                        with task as (
                            update tasks set dispatcher_id = :adopter, dispatcher_instance = null, epoch = epoch + 1, updated_at = now()
                            where id = :task and attempt = :attempt and epoch = :epoch and state in (%s)
                            returning id, attempt, epoch
                        )
                        update attempts a set dispatcher_id = :adopter, epoch = task.epoch
                        from task where a.task_id = task.id and a.number = task.attempt
                        returning a.epoch
                        """
                                .formatted(StateSets.OWNED))
                .param("task", attempt.task().value())
                .param("attempt", attempt.number())
                .param("epoch", epoch.value())
                .param("adopter", adopter)
                .query((row, number) -> new Epoch(row.getLong("epoch")))
                .optional();
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
