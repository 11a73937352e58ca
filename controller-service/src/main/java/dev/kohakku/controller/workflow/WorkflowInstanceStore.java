package dev.kohakku.controller.workflow;

import dev.kohakku.controller.access.Caller;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/** The SQL of workflow instances. Every write says its condition and whether it happened. */
@Repository
class WorkflowInstanceStore {

    private static final String SELECT =
            """
            select w.id, w.project_id, w.workflow, w.state, w.waiting_reason, w.result, w.error_message, w.cancel_requested_at,
                w.cancel_requested_by, w.created_at, w.started_at, w.finished_at, %s as input, (select coalesce(array_agg(t.id order by t.id), '{}') from tasks t
                         where t.labels @> jsonb_build_object('kohakku.dev/workflow-instance', w.id::text)) as task_ids
            from workflow_instances w
            """;

    private static final String SELECT_WHOLE = SELECT.formatted("w.input");

    // why: an input may have a mebibyte, and a list two hundred of them that nobody is shown.
    private static final String SELECT_WITHOUT_INPUT = SELECT.formatted("cast(null as jsonb)");

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final WorkflowInstanceRows rows;

    WorkflowInstanceStore(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
        this.rows = new WorkflowInstanceRows(json);
    }

    /** False when the project has an instance under the submission's key already. */
    boolean insert(UUID id, Caller caller, WorkflowSubmission submission) {
        return jdbc.sql(
                                """
                                insert into workflow_instances (id, organization_id, project_id, workflow, input, state,
                                    idempotency_key, input_sha256)
                                values (:id, :organization, :project, :workflow, cast(:input as jsonb), 'PENDING_START',
                                    :key, :sha256)
                                on conflict (project_id, idempotency_key) do nothing
                                """)
                        .param("id", id)
                        .param("organization", caller.organization())
                        .param("project", caller.project())
                        .param("workflow", submission.kind().type())
                        .param("input", json.writeValueAsString(submission.input()))
                        .param("key", submission.key())
                        .param("sha256", submission.sha256())
                        .update()
                == 1;
    }

    Optional<WorkflowInstance> find(UUID organization, UUID id) {
        return jdbc.sql(SELECT_WHOLE + " where w.organization_id = :organization and w.id = :id")
                .param("organization", organization)
                .param("id", id)
                .query(rows::instance)
                .optional();
    }

    /** What is bound to an idempotency key. */
    Optional<Bound> findKey(UUID project, String key) {
        return jdbc.sql(
                        """
                        select id, input_sha256 from workflow_instances
                        where project_id = :project and idempotency_key = :key
                        """)
                .param("project", project)
                .param("key", key)
                .query((row, _) ->
                        new Bound(row.getObject("id", UUID.class), row.getString("input_sha256")))
                .optional();
    }

    /** The newest first, without inputs, one more than the limit where there is more. */
    List<WorkflowInstance> list(UUID organization, WorkflowFilter filter) {
        return jdbc.sql(
                        SELECT_WITHOUT_INPUT
                                + " where w.organization_id = :organization"
                                + filter.conditions()
                                + " order by w.id desc limit :limit")
                .param("organization", organization)
                .params(filter.parameters())
                .param("limit", filter.limit() + 1)
                .query(rows::instance)
                .list();
    }

    /** Cancels what Temporal has never been asked for; nothing else has to be done then. */
    boolean cancelIfNeverStarted(UUID organization, UUID id, String actor) {
        return jdbc.sql(
                                """
                                update workflow_instances set state = 'CANCELLED', look_at = null, waiting_reason = null,
                                    finished_at = now(), cancel_requested_at = now(), cancel_requested_by = :actor
                                where organization_id = :organization and id = :id and state = 'PENDING_START' and looks = 0
                                """)
                        .param("organization", organization)
                        .param("id", id)
                        .param("actor", actor)
                        .update()
                == 1;
    }

    /** Notes a cancellation for the follower to carry out. False when it has ended. */
    boolean requestCancelIfLive(UUID organization, UUID id, String actor) {
        return jdbc.sql(
                                """
                                update workflow_instances set look_at = now(), looks = 1,
                                    cancel_requested_at = coalesce(cancel_requested_at, now()),
                                    cancel_requested_by = coalesce(cancel_requested_by, :actor)
                                where organization_id = :organization and id = :id and state in ('PENDING_START', 'RUNNING')
                                """)
                        .param("organization", organization)
                        .param("id", id)
                        .param("actor", actor)
                        .update()
                == 1;
    }

    /** Takes what is due, and sets when it is due again: later each time. */
    List<Due> takeDue(int most) {
        return jdbc.sql(
                        """
                        with due as (select id from workflow_instances where look_at <= now()
                                     order by look_at limit :most for update skip locked)
                        update workflow_instances w set looks = w.looks + 1,
                            look_at = now() + make_interval(secs => least(
                                case w.state when 'PENDING_START' then 10 else 60 end, 0.5 * power(2, least(w.looks, 10))))
                        from due where w.id = due.id
                        returning w.id, w.workflow, w.state, w.input, w.cancel_requested_at is not null as cancelled
                        """)
                .param("most", most)
                .query(rows::due)
                .list();
    }

    /** Temporal has it. */
    boolean runIfPending(UUID id) {
        return jdbc.sql(
                                """
                                update workflow_instances set state = 'RUNNING', started_at = coalesce(started_at, now()),
                                    waiting_reason = null, looks = 1, look_at = now() + interval '250 milliseconds'
                                where id = :id and state = 'PENDING_START'
                                """)
                        .param("id", id)
                        .update()
                == 1;
    }

    /** Temporal has it no more. */
    boolean startAgainIfRunning(UUID id) {
        return jdbc.sql(
                                """
                                update workflow_instances set state = 'PENDING_START', looks = 1, look_at = now()
                                where id = :id and state = 'RUNNING'
                                """)
                        .param("id", id)
                        .update()
                == 1;
    }

    /** It has ended. */
    boolean endIfLive(
            UUID id, WorkflowState to, @Nullable Object result, @Nullable String errorMessage) {
        return jdbc.sql(
                                """
                                update workflow_instances set state = :to, look_at = null, waiting_reason = null,
                                    finished_at = now(), result = cast(:result as jsonb), error_message = :error
                                where id = :id and state in ('PENDING_START', 'RUNNING')
                                """)
                        .param("id", id)
                        .param("to", to.name())
                        .param("result", result == null ? null : json.writeValueAsString(result))
                        .param("error", errorMessage)
                        .update()
                == 1;
    }

    /** What holds it up, in words; null for nothing. */
    void setWaitingReason(UUID id, @Nullable String reason) {
        jdbc.sql(
                        """
                        update workflow_instances set waiting_reason = :reason
                        where id = :id and state in ('PENDING_START', 'RUNNING')
                          and waiting_reason is distinct from :reason
                        """)
                .param("id", id)
                .param("reason", reason, java.sql.Types.VARCHAR)
                .update();
    }

    /** Something has happened to it. */
    void lookSoon(UUID id) {
        jdbc.sql(
                        """
                        update workflow_instances set looks = 1, look_at = now() + interval '100 milliseconds'
                        where id = :id and state = 'RUNNING'
                        """)
                .param("id", id)
                .update();
    }

    /** An instance and the hash of what it was started with. */
    record Bound(UUID id, String inputSha256) {}

    /** An instance that Temporal is to be asked for. */
    record Due(
            UUID id,
            WorkflowKind kind,
            WorkflowState state,
            Map<String, Object> input,
            boolean cancelled) {}
}
