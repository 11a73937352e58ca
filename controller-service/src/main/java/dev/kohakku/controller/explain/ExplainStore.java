package dev.kohakku.controller.explain;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.controller.rescue.Adopters;
import dev.kohakku.controller.task.Targets;
import dev.kohakku.controller.task.UnreportedEnds;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The SQL behind explanations. It reads only; each method is one statement. */
@Component
class ExplainStore {

    /** Positions beyond are not counted exactly: nobody needs them, and counting takes time. */
    private static final int MOST_COUNTED = 10_000;

    /** More than is shown, so that the beginning of a long pull is among them. */
    private static final int MOST_EVIDENCE = 50;

    private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final JsonMapper json;

    ExplainStore(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** A task with whoever owns it and however it ended, of which its state says what applies. */
    record Found(Facts.Task task, Facts.Owner owner, Facts.End end) {}

    /** A task without its spec, which may be large. */
    Optional<Found> find(UUID organization, TaskId task) {
        return jdbc.sql(
                        """
                        select t.id, t.state, t.runtime_type, t.runtime_pool, t.runtime_labels, t.attempt, t.max_attempts, now() as now, t.queue,
                               %s as waits_for,
                               a.created_at as attempt_at, o.available_at, t.queued_at, t.claimed_at, t.started_at,
                               t.cancel_requested_at, t.deadline_at,
                               before.number as before, before.failure_kind as kind_before, before.error_message as message_before,
                               t.dispatcher_id, t.dispatcher_instance, d.lease_expires_at, d.lease_expires_at > now() as live,
                               d.left_at, t.exit_code, t.failure_kind, t.error_message,
                               t.state = 'CANCELLED' and exists (
                                   select 1 from task_events e
                                   where e.task_id = t.id and %s) as unverified,
                               coalesce(t.expires_at <= now(), false) as expired,
                               (select again.id from tasks again where again.redrive_of = t.id) as redriven_as
                        from tasks t join attempts a on a.task_id = t.id and a.number = t.attempt
                             left join attempts before on before.task_id = t.id and before.number = t.attempt - 1
                             left join dispatch_outbox o on o.task_id = t.id and o.attempt = t.attempt
                             left join targets g on g.id = o.target_id
                             left join dispatchers d on d.id = t.dispatcher_id
                        where t.id = :id and t.organization_id = :organization
                        """
                                .formatted(Targets.REASON, UnreportedEnds.among("e")))
                .param("id", task.value())
                .param("organization", organization)
                .query((row, number) -> new Found(task(row), owner(row), end(row)))
                .optional();
    }

    private Facts.Task task(ResultSet row) throws SQLException {
        return new Facts.Task(
                new TaskId(row.getObject("id", UUID.class)),
                TaskState.valueOf(row.getString("state")),
                target(row),
                row.getInt("attempt"),
                row.getInt("max_attempts"),
                moment(row, "now"),
                new Facts.Times(
                        moment(row, "attempt_at"),
                        momentOrNull(row, "available_at"),
                        momentOrNull(row, "queued_at"),
                        momentOrNull(row, "claimed_at"),
                        momentOrNull(row, "started_at"),
                        momentOrNull(row, "cancel_requested_at"),
                        momentOrNull(row, "deadline_at")),
                row.getString("queue"),
                row.getString("waits_for"),
                row.getObject("before") == null
                        ? null
                        : new Facts.Failure(
                                kind(row, "kind_before"), row.getString("message_before")));
    }

    private RuntimeTarget target(ResultSet row) throws SQLException {
        return new RuntimeTarget(
                RuntimeType.valueOf(row.getString("runtime_type")),
                null,
                row.getString("runtime_pool"),
                json.readValue(row.getString("runtime_labels"), LABELS));
    }

    private static Facts.Owner owner(ResultSet row) throws SQLException {
        return new Facts.Owner(
                row.getString("dispatcher_id"),
                row.getString("dispatcher_instance") != null,
                row.getBoolean("live"),
                momentOrNull(row, "lease_expires_at"),
                row.getObject("left_at") != null);
    }

    private static Facts.End end(ResultSet row) throws SQLException {
        var redrivenAs = row.getObject("redriven_as", UUID.class);
        return new Facts.End(
                row.getObject("exit_code", Integer.class),
                kind(row, "failure_kind"),
                row.getString("error_message"),
                row.getBoolean("unverified"),
                row.getBoolean("expired"),
                redrivenAs == null ? null : new TaskId(redrivenAs));
    }

    /** What backends and owners said of the current attempt, the oldest first. */
    List<Explanation.Evidence> evidence(Facts.Task task) {
        return jdbc.sql(
                        """
                        select at, coalesce(detail ->> 'step', type) as step, actor, coalesce(message, type) as message
                        from task_events
                        where task_id = :task and attempt = :attempt
                          and type in ('backend', 'handed_over', 'claimed_again', 'start_overdue', 'run_overdue', 'cancel_overdue')
                        order by id desc limit :most
                        """)
                .param("task", task.id().value())
                .param("attempt", task.attempt())
                .param("most", MOST_EVIDENCE)
                .query((row, number) ->
                        new Explanation.Evidence(
                                moment(row, "at"),
                                row.getString("step"),
                                row.getString("actor"),
                                row.getString("message")))
                .list()
                .reversed();
    }

    /** How many tasks for the same target the Enqueuer would take before this one. */
    long goingFirst(Facts.Task task) {
        return jdbc.sql(
                        """
                        select count(*) from (
                            select 1 from dispatch_outbox mine
                                 join dispatch_outbox o on o.target_id = mine.target_id
                                      and (o.rank, o.task_id) < (mine.rank, mine.task_id) and o.available_at <= now()
                            where mine.task_id = :task and mine.attempt = :attempt
                            limit :most) first
                        """)
                .param("task", task.id().value())
                .param("attempt", task.attempt())
                .param("most", MOST_COUNTED)
                .query(Long.class)
                .single();
    }

    /** The place of a {@code QUEUED} task among those on its stream. */
    // why not those of the last seconds: they are QUEUED before they are on their stream. Nor those
    // in the outbox: they may have been read already, by somebody who cannot run them.
    Facts.Line line(Facts.Task task) {
        return jdbc.sql(
                        """
                        select count(*) filter (where (queued_at, id) < (cast(:queued as timestamptz), :task)) as ahead,
                               count(*) filter (where queued_at <= now() - interval '2 seconds' and not waits) as believed
                        from (select id, queued_at,
                                     exists (select 1 from dispatch_outbox o where o.task_id = t.id and o.attempt = t.attempt) as waits
                              from tasks t where state = 'QUEUED' and queue = :queue
                              order by queued_at, id limit :most) line
                        """)
                .param("task", task.id().value())
                .param(
                        "queued",
                        Objects.requireNonNullElse(task.times().queued(), task.times().attempt())
                                .toString())
                .param("queue", task.queue(), Types.VARCHAR)
                .param("most", MOST_COUNTED)
                .query((row, number) ->
                        new Facts.Line(row.getLong("ahead"), row.getLong("believed")))
                .single();
    }

    /** Who could watch the container of a task whose owner cannot; the first of them would. */
    List<String> adopters(TaskId task) {
        return jdbc.sql(
                        """
                        select unnest(array(%s)) as id
                        from tasks t join attempts a on a.task_id = t.id and a.number = t.attempt
                        where t.id = :task
                        """
                                .formatted(Adopters.BEST_FIRST))
                .param("task", task.value())
                .query((row, number) -> row.getString("id"))
                .list();
    }

    private static @Nullable FailureKind kind(ResultSet row, String column) throws SQLException {
        var kind = row.getString(column);
        return kind == null ? null : FailureKind.valueOf(kind);
    }

    private static Instant moment(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static @Nullable Instant momentOrNull(ResultSet row, String column)
            throws SQLException {
        var moment = row.getObject(column, OffsetDateTime.class);
        return moment == null ? null : moment.toInstant();
    }
}
