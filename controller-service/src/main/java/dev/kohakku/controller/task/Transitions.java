package dev.kohakku.controller.task;

import dev.kohakku.common.task.TaskState;
import java.sql.Types;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tools.jackson.databind.json.JsonMapper;

/**
 * The only place where the state of a task changes: one conditional update, its event, its
 * attempt's record and, at the end, the outbox of those who wait for it, in one transaction (the
 * caller's, where there is one).
 */
@Component
public class Transitions {

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final TaskMeters meters;
    private final ApplicationEventPublisher events;

    Transitions(
            JdbcClient jdbc, JsonMapper json, TaskMeters meters, ApplicationEventPublisher events) {
        this.events = events;
        this.jdbc = jdbc;
        this.json = json;
        this.meters = meters;
    }

    /**
     * Makes the move if the task still stands where the transition says and, where it carries a
     * fence, attempt and epoch are current.
     *
     * @return false when somebody else was faster or the fence is old: nothing has changed, and
     *     that is a normal answer
     */
    @Transactional
    public boolean apply(Transition move) {
        var from = lockedState(move);
        if (from == null) {
            return false;
        }
        var stages = update(move);
        recordAttempt(move);
        recordEvent(move, from);
        if (move.to().isTerminal()) {
            tellWaiters(move);
            tellIfOver(move, from);
        }
        meters.moved(move, stages);
        return true;
    }

    /**
     * Ends the current attempt and begins the next one, if the task is owned and the fence is
     * current: the attempt keeps its end, the task is {@code PENDING} again without an owner at
     * epoch 0, and the outbox holds the new attempt, available after the back-off. Joins the
     * caller's transaction.
     *
     * @return false when somebody else was faster or the fence is old: nothing has changed
     */
    @Transactional
    public boolean retry(Retry retry) {
        var move = retry.move();
        var from = lockedState(move);
        if (from == null) {
            return false;
        }
        // why first: the event belongs to the attempt that ended.
        recordEvent(move, from);
        meters.retried(retry, endAttempt(retry));
        beginNextAttempt(retry);
        tellIfOver(move, from);
        return true;
    }

    private TaskStages endAttempt(Retry retry) {
        var ending = retry.ending();
        return jdbc.sql(
                        """
                        update attempts a set state = :state, finished_at = now(), exit_code = :exitCode,
                            failure_kind = :failureKind, error_message = :errorMessage, result_key = :resultKey,
                            result_metadata = cast(:resultMetadata as jsonb)
                        from tasks t where t.id = :id and a.task_id = t.id and a.number = t.attempt
                        returning t.runtime_type, t.runtime_pool, t.queued_at, a.claimed_at, a.started_at, a.finished_at,
                            t.cancel_requested_at
                        """)
                .param("id", retry.task().value())
                .param("state", retry.attemptState().name())
                .param("exitCode", ending.exitCode(), Types.INTEGER)
                .param("failureKind", nameOf(ending.failureKind()), Types.VARCHAR)
                .param("errorMessage", ending.errorMessage(), Types.VARCHAR)
                .param("resultKey", ending.resultKey(), Types.VARCHAR)
                .param("resultMetadata", metadata(ending), Types.VARCHAR)
                .query(TaskStages::of)
                .single();
    }

    private void beginNextAttempt(Retry retry) {
        jdbc.sql(
                        """
                        with task as (
                            update tasks set state = 'PENDING', attempt = attempt + 1, epoch = 0, dispatcher_id = null,
                                dispatcher_instance = null, queued_at = null, claimed_at = null, started_at = null,
                                waiting_reason = :reason, deadline_at = now() + make_interval(secs => :deadline),
                                updated_at = now()
                            where id = :id
                            returning id, attempt, priority, state, created_at, runtime_type, runtime_pool, runtime_labels
                        ), next as (
                            insert into attempts (task_id, number, state) select id, attempt, state from task
                        )
                        insert into dispatch_outbox (task_id, attempt, priority, created_at, target_id, available_at)
                        select id, attempt, priority, created_at, %s, now() + make_interval(secs => :backOff) from task
                        """
                                .formatted(Targets.idOf("task")))
                .param("id", retry.task().value())
                .param(
                        "reason",
                        "waits " + retry.backOff().toMillis() + " ms before it is tried again")
                .param("deadline", seconds(retry.deadline()))
                .param("backOff", seconds(retry.backOff()))
                .update();
    }

    // why: the state before the move belongs into the timeline, and "update ... returning" shows
    // only the one after it.
    private @Nullable String lockedState(Transition move) {
        return jdbc.sql(
                        """
                        select state from tasks
                        where id = :id and state in (:from)
                          and (cast(:attempt as int) is null or (attempt = :attempt and epoch = :epoch))
                        for update
                        """)
                .param("id", move.task().value())
                .param("from", names(move.from()))
                .param(
                        "attempt",
                        move.fence() == null ? null : move.fence().attempt(),
                        Types.INTEGER)
                .param(
                        "epoch",
                        move.fence() == null ? null : move.fence().epoch().value(),
                        Types.BIGINT)
                .query(String.class)
                .optional()
                .orElse(null);
    }

    private TaskStages update(Transition move) {
        var ending = move.ending();
        return jdbc.sql(
                        """
                        update tasks set state = :to, updated_at = now(), waiting_reason = null,
                            deadline_at = now() + make_interval(secs => :seconds),
                            queued_at = case when :to = 'QUEUED' then now() else queued_at end,
                            claimed_at = case when :to = 'PROVISIONING' then now() else claimed_at end,
                            started_at = case when :to = 'RUNNING' then now() else started_at end,
                            finished_at = case when :terminal then now() else finished_at end,
                            exit_code = :exitCode, failure_kind = :failureKind, error_message = :errorMessage,
                            result_key = :resultKey, result_metadata = cast(:resultMetadata as jsonb)
                        where id = :id
                        returning runtime_type, runtime_pool, queued_at, claimed_at, started_at, finished_at,
                            cancel_requested_at
                        """)
                .param("id", move.task().value())
                .param("to", move.to().name())
                .param("terminal", move.to().isTerminal())
                .param(
                        "seconds",
                        move.deadline() == null ? null : seconds(move.deadline()),
                        Types.DOUBLE)
                .param("exitCode", ending == null ? null : ending.exitCode(), Types.INTEGER)
                .param(
                        "failureKind",
                        nameOf(ending == null ? null : ending.failureKind()),
                        Types.VARCHAR)
                .param("errorMessage", ending == null ? null : ending.errorMessage(), Types.VARCHAR)
                .param("resultKey", ending == null ? null : ending.resultKey(), Types.VARCHAR)
                .param("resultMetadata", metadata(ending), Types.VARCHAR)
                .query(TaskStages::of)
                .single();
    }

    private void recordAttempt(Transition move) {
        jdbc.sql(
                        """
                        update attempts a set state = t.state, epoch = t.epoch, dispatcher_id = t.dispatcher_id,
                            claimed_at = t.claimed_at, started_at = t.started_at, finished_at = t.finished_at, exit_code = t.exit_code,
                            failure_kind = t.failure_kind, error_message = t.error_message, result_key = t.result_key,
                            result_metadata = t.result_metadata
                        from tasks t where t.id = :id and a.task_id = t.id and a.number = t.attempt
                        """)
                .param("id", move.task().value())
                .update();
    }

    private void recordEvent(Transition move, String from) {
        jdbc.sql(
                        """
                        insert into task_events (task_id, attempt, epoch, type, from_state, to_state, actor, message, detail)
                        select id, attempt, epoch, 'state', :from, :to, :actor, :message, cast(:detail as jsonb) from tasks where id = :id
                        """)
                .param("id", move.task().value())
                .param("from", from)
                .param("to", move.to().name())
                .param("actor", move.actor())
                .param("message", move.message())
                .param("detail", json.writeValueAsString(move.detail()))
                .update();
    }

    private void tellWaiters(Transition move) {
        jdbc.sql(
                        """
                        insert into task_end_outbox (task_id, kind, target)
                        select id, 'callback_url', spec ->> 'callback_url' from tasks where id = :id and spec ->> 'callback_url' is not null
                        union all
                        select id, 'workflow', labels ->> 'kohakku.dev/workflow-instance' from tasks
                        where id = :id and labels ->> 'kohakku.dev/workflow-instance' is not null
                        on conflict do nothing
                        """)
                .param("id", move.task().value())
                .update();
    }

    // why after the commit: until then its dispatcher owns it, and whoever looks sees no free slot.
    private void tellIfOver(Transition move, String from) {
        if (TaskState.valueOf(from).isOwned()) {
            afterCommit(() -> events.publishEvent(new AttemptOver(move.task())));
        }
    }

    private static void afterCommit(Runnable then) {
        TransactionSynchronizationManager.registerSynchronization(
                new TransactionSynchronization() {
                    @Override
                    public void afterCommit() {
                        then.run();
                    }
                });
    }

    private @Nullable String metadata(Transition.@Nullable Ending ending) {
        return ending == null || ending.resultMetadata() == null
                ? null
                : json.writeValueAsString(ending.resultMetadata());
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static @Nullable String nameOf(@Nullable Enum<?> value) {
        return value == null ? null : value.name();
    }

    private static Set<String> names(Set<TaskState> states) {
        return states.stream().map(Enum::name).collect(Collectors.toSet());
    }
}
