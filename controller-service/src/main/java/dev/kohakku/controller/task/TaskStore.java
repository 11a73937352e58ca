package dev.kohakku.controller.task;

import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.controller.access.Caller;
import java.sql.Types;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The SQL of tasks that does not move them. */
@Component
class TaskStore {

    /**
     * Task, attempt 1, event, outbox, and where it does another again a line in that one's
     * timeline.
     */
    private static final String INSERT =
            """
            with known as (
                select id from targets
                where runtime_type = :runtime and pool = :pool and labels_md5 = md5(cast(cast(:wanted as jsonb) as text))
            ), target as (
                insert into targets (runtime_type, pool, labels)
                select :runtime, :pool, cast(:wanted as jsonb) where not exists (select 1 from known)
                on conflict (runtime_type, pool, labels_md5) do update set pool = excluded.pool
                returning id
            ), task as (
                insert into tasks as t (id, organization_id, project_id, name, state, spec, runtime_type, runtime_pool, runtime_labels, labels,
                                   priority, max_attempts, traceparent, redrive_of, deadline_at, expires_at)
                values (:id, :organization, :project, :name, 'PENDING', cast(:spec as jsonb), :runtime, :pool, cast(:wanted as jsonb),
                        cast(:labels as jsonb), :priority, :maxAttempts, :traceparent, :redriveOf,
                        now() + make_interval(secs => :wait), cast(:expires as timestamptz))
                on conflict (redrive_of) do nothing
                returning t.priority, %1$s
            ), attempt as (
                insert into attempts (task_id, number, state) select id, 1, state from task
            ), event as (
                insert into task_events (task_id, attempt, epoch, type, to_state, actor, message)
                select id, 1, 0, 'state', state, :actor,
                       'Accepted' || coalesce(', does task ' || redrive_of || ' again', '') from task
            ), redriven as (
                insert into task_events (task_id, attempt, epoch, type, actor, message, detail)
                select dead.id, dead.attempt, dead.epoch, 'redriven', :actor, 'Done again as task ' || task.id,
                       jsonb_build_object('task_id', task.id)
                from task join tasks dead on dead.id = task.redrive_of
            ), outbox as (
                insert into dispatch_outbox (task_id, attempt, priority, target_id)
                select id, 1, priority, (select id from known union all select id from target) from task
            )
            select %1$s, cast(null as text) as waits_for from task t
            """
                    .formatted(TaskRows.TASK);

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final TaskRows rows;

    TaskStore(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
        this.rows = new TaskRows(json);
    }

    /**
     * Writes task, attempt 1, event and outbox in one statement of the caller's transaction.
     *
     * @return empty when the task it is to do again is being done again already; waits for a
     *     transaction that is just beginning to
     */
    Optional<TaskRecord> insertIfFirst(TaskId id, Caller caller, Submission submission) {
        var spec = submission.spec();
        return jdbc.sql(INSERT)
                .param("id", id.value())
                .param("organization", caller.organization())
                .param("project", caller.project())
                .param("name", spec.name())
                .param("spec", json.writeValueAsString(spec))
                .param("runtime", spec.runtimeTarget().type().name())
                .param("pool", spec.runtimeTarget().pool())
                .param("wanted", json.writeValueAsString(spec.runtimeTarget().labels()))
                .param("labels", json.writeValueAsString(spec.labels()))
                .param("priority", spec.priority())
                .param("maxAttempts", spec.maxAttempts())
                .param("traceparent", submission.traceparent(), Types.VARCHAR)
                .param("redriveOf", idOrNull(submission.redriveOf()), Types.OTHER)
                .param("wait", (double) Deadlines.waiting(spec).toSeconds())
                .param("expires", text(spec.timeouts().expiresAt()), Types.VARCHAR)
                .param("actor", caller.actor())
                .query(rows::task)
                .optional();
    }

    /** The task that does another one again. */
    Optional<TaskId> findRedrive(TaskId of) {
        return jdbc.sql("select id from tasks where redrive_of = :id")
                .param("id", of.value())
                .query(UUID.class)
                .optional()
                .map(TaskId::new);
    }

    /**
     * Binds an idempotency key to a task of the same transaction.
     *
     * @return false when the key is bound already; waits for a transaction that is just binding it
     */
    boolean bindKey(UUID project, Submission.Key key, TaskId task) {
        return jdbc.sql(
                                """
                                insert into idempotency_keys (project_id, key, body_sha256, task_id)
                                values (:project, :key, :sha256, :task) on conflict (project_id, key) do nothing
                                """)
                        .param("project", project)
                        .param("key", key.value())
                        .param("sha256", key.bodySha256())
                        .param("task", task.value())
                        .update()
                == 1;
    }

    /**
     * Frees a key whose task was removed. Does nothing where it was bound to another task
     * meanwhile.
     *
     * <p>Why not within {@link #bindKey}, as what it does on a conflict: after it has waited for
     * another transaction, that one's key is seen and its task is not yet.
     */
    void freeKey(UUID project, String key, TaskId gone) {
        jdbc.sql(
                        """
                        delete from idempotency_keys
                        where project_id = :project and key = :key and task_id = :gone
                        """)
                .param("project", project)
                .param("key", key)
                .param("gone", gone.value())
                .update();
    }

    /** What a key stands for. */
    Optional<BoundKey> findKey(UUID project, String key) {
        return jdbc.sql(
                        """
                        select k.body_sha256, k.task_id, t.id is null
                        from idempotency_keys k left join tasks t on t.id = k.task_id
                        where k.project_id = :project and k.key = :key
                        """)
                .param("project", project)
                .param("key", key)
                .query((row, number) ->
                        new BoundKey(
                                row.getString(1),
                                new TaskId(row.getObject(2, UUID.class)),
                                row.getBoolean(3)))
                .optional();
    }

    Optional<TaskRecord> find(UUID organization, TaskId id) {
        return jdbc.sql(
                        """
                        select %s, %s as waits_for
                        from tasks t %s where t.id = :id and t.organization_id = :organization
                        """
                                .formatted(TaskRows.TASK, Targets.REASON, Targets.JOINED))
                .param("id", id.value())
                .param("organization", organization)
                .query(rows::task)
                .optional();
    }

    /** The part of a task that followers ask for again and again. */
    Optional<Tasks.Standing> standing(UUID organization, TaskId id) {
        return jdbc.sql(
                        "select state, attempt from tasks where id = :id and organization_id ="
                                + " :organization")
                .param("id", id.value())
                .param("organization", organization)
                .query((row, number) ->
                        new Tasks.Standing(id, TaskState.valueOf(row.getString(1)), row.getInt(2)))
                .optional();
    }

    /**
     * The newest first, at most one more than the filter's limit: the surplus says "there is more".
     */
    List<TaskSummary> list(UUID organization, TaskFilter filter) {
        var statement =
                jdbc.sql(
                                """
                                select t.id, t.project_id, t.name, t.state, %s as waits_for, t.spec ->> 'image' as image,
                                       t.runtime_type, t.priority, t.labels, t.attempt, t.max_attempts, t.dispatcher_id, t.exit_code,
                                       t.failure_kind, t.error_message, t.result_key, t.created_at, t.queued_at, t.started_at,
                                       t.finished_at
                                from (select id, project_id, name, state, waiting_reason, spec, runtime_type, priority, labels, attempt,
                                             max_attempts, dispatcher_id, exit_code, failure_kind, error_message, result_key,
                                             created_at, queued_at, started_at, finished_at
                                      from tasks where organization_id = :organization %s order by id desc limit :most) t %s
                                order by t.id desc
                                """
                                        .formatted(
                                                Targets.REASON,
                                                filter.conditions(),
                                                Targets.JOINED))
                        .param("organization", organization)
                        .param("most", filter.limit() + 1);
        for (var parameter : filter.parameters(json).entrySet()) {
            statement = statement.param(parameter.getKey(), parameter.getValue());
        }
        return statement.query(rows::summary).list();
    }

    List<EventView> events(TaskId task, long after, int most) {
        return jdbc.sql(
                        """
                        select id, attempt, epoch, type, from_state, to_state, actor, message, detail, at
                        from task_events where task_id = :task and id > :after order by id limit :most
                        """)
                .param("task", task.value())
                .param("after", after)
                .param("most", most)
                .query(rows::event)
                .list();
    }

    /**
     * What the timeline says about the cancel of a task in this attempt, the oldest first, and
     * which attempts before it were given up without the word of their owner.
     */
    List<EventView> cancelEvents(TaskId task, int attempt) {
        return jdbc.sql(
                        """
                        select id, attempt, epoch, type, from_state, to_state, actor, message, detail, at
                        from task_events e
                        where task_id = :task
                          and case when attempt = :attempt
                              then type in ('state', 'cancel_overdue')
                                   or (type = 'backend' and detail ->> 'step' in ('term_sent', 'kill_sent', 'gone'))
                              else %s end
                        order by id
                        """
                                .formatted(UnreportedEnds.among("e")))
                .param("task", task.value())
                .param("attempt", attempt)
                .query(rows::event)
                .list();
    }

    List<AttemptView> attempts(TaskId task) {
        return jdbc.sql(
                        """
                        select number, state, epoch, dispatcher_id, container_id, exit_code, failure_kind, error_message,
                               result_key, created_at, claimed_at, started_at, finished_at
                        from attempts where task_id = :task order by number
                        """)
                .param("task", task.value())
                .query(rows::attempt)
                .list();
    }

    /** Notes who wants a task to be cancelled, the first time. */
    void recordCancel(TaskId task, String actor) {
        jdbc.sql(
                        """
                        update tasks set cancel_requested_at = now(), cancel_requested_by = :actor
                        where id = :task and cancel_requested_at is null
                        """)
                .param("task", task.value())
                .param("actor", actor)
                .update();
    }

    /** Takes a task that will not be dispatched out of the outbox. */
    void forgetOutbox(TaskId task) {
        jdbc.sql("delete from dispatch_outbox where task_id = :task")
                .param("task", task.value())
                .update();
    }

    private static @Nullable UUID idOrNull(@Nullable TaskId task) {
        return task == null ? null : task.value();
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    /**
     * What an idempotency key stands for.
     *
     * @param isGone whether the task was removed
     */
    record BoundKey(String bodySha256, TaskId task, boolean isGone) {}
}
