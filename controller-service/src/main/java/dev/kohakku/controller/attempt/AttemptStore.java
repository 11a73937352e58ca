package dev.kohakku.controller.attempt;

import dev.kohakku.common.blob.BlobKey;
import dev.kohakku.common.brief.BriefRef;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.wire.Claim;
import dev.kohakku.controller.task.StoredSpecs;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The SQL of attempts that does not move their tasks. All in the caller's transaction. */
@Component
class AttemptStore {

    private final JdbcClient jdbc;
    private final StoredSpecs specs;

    AttemptStore(JdbcClient jdbc, StoredSpecs specs) {
        this.jdbc = jdbc;
        this.specs = specs;
    }

    /** Locks a task until the transaction ends. */
    Optional<Standing> lock(TaskId task) {
        return jdbc.sql(
                        """
                        select id, state, attempt, epoch, dispatcher_id, dispatcher_instance, max_attempts, spec,
                               brief_key, brief_sha256
                        from tasks where id = :id for update
                        """)
                .param("id", task.value())
                .query(this::standing)
                .optional();
    }

    private Standing standing(ResultSet row, int number) throws SQLException {
        var key = row.getString("brief_key");
        return new Standing(
                TaskState.valueOf(row.getString("state")),
                new AttemptId(new TaskId(row.getObject("id", UUID.class)), row.getInt("attempt")),
                new Epoch(row.getLong("epoch")),
                new Standing.Owner(
                        row.getString("dispatcher_id"), row.getString("dispatcher_instance")),
                row.getInt("max_attempts"),
                specs.read(row.getString("spec")),
                key == null ? null : new BriefRef(new BlobKey(key), row.getString("brief_sha256")));
    }

    /**
     * Makes a process the owner of the current attempt, under an epoch.
     *
     * @param scope where it makes or finds the container, null while its backend does not say. The
     *     first that is known stays.
     */
    void own(AttemptId attempt, Claim owner, Epoch epoch, @Nullable String scope) {
        jdbc.sql(
                        """
                        with task as (
                            update tasks set dispatcher_id = :dispatcher, dispatcher_instance = :instance, epoch = :epoch,
                                updated_at = now()
                            where id = :task
                        )
                        update attempts set dispatcher_id = :dispatcher, epoch = :epoch,
                            scope = coalesce(scope, :scope)
                        where task_id = :task and number = :attempt
                        """)
                .param("task", attempt.task().value())
                .param("attempt", attempt.number())
                .param("dispatcher", owner.dispatcherId())
                .param("instance", owner.instance())
                .param("epoch", epoch.value())
                .param("scope", scope, Types.VARCHAR)
                .update();
    }

    /**
     * Stores the hash of the token that ends the attempt, in place of the one before, and lets the
     * owner count its events anew.
     *
     * <p>Why anew, though the epoch may be the same: a reply to a claim that is lost leads to
     * another claim, and its reporter begins at 1. One that goes on with the old count is not
     * harmed: at worst events it repeats are in the timeline twice, while a swallowed start of the
     * container would leave the task PROVISIONING.
     */
    void grant(AttemptId attempt, String sha256) {
        jdbc.sql(
                        """
                        update attempts set callback_token_sha256 = :sha256, last_report_sequence = 0 where task_id = :task and number = :attempt
                        """)
                .param("task", attempt.task().value())
                .param("attempt", attempt.number())
                .param("sha256", sha256)
                .update();
    }

    /** How long until then by the database's clock; negative when it has passed. */
    Duration until(Instant moment) {
        return jdbc.sql("select extract(epoch from cast(:moment as timestamptz) - now())")
                .param("moment", moment.toString())
                .query((row, number) -> Duration.ofMillis((long) (row.getDouble(1) * 1000)))
                .single();
    }

    /**
     * By the database's clock.
     *
     * @param claimedAt when the current attempt was claimed first
     * @param startAskedAt when the engine was first to be asked to start its container, null while
     *     nobody was about to
     * @param traceparent of the task, null for none
     */
    record ClaimTimes(
            Instant claimedAt,
            Instant now,
            @Nullable Instant startAskedAt,
            @Nullable String traceparent) {}

    ClaimTimes claimTimes(TaskId task) {
        // why not now(): the transaction may have waited for the lock on the task.
        return jdbc.sql(
                        """
                        select t.claimed_at, clock_timestamp(), a.start_asked_at, t.traceparent
                        from tasks t join attempts a on a.task_id = t.id and a.number = t.attempt
                        where t.id = :id
                        """)
                .param("id", task.value())
                .query((row, number) -> {
                    var asked = row.getObject(3, OffsetDateTime.class);
                    return new ClaimTimes(
                            row.getObject(1, OffsetDateTime.class).toInstant(),
                            row.getObject(2, OffsetDateTime.class).toInstant(),
                            asked == null ? null : asked.toInstant(),
                            row.getString(4));
                })
                .single();
    }

    /**
     * The record of an attempt.
     *
     * @param state how it ended, or where its task stands
     * @param ended whether it is over
     */
    record Recorded(
            Epoch epoch,
            TaskState state,
            boolean ended,
            @Nullable Integer exitCode,
            @Nullable String callbackTokenSha256,
            long lastReportSequence) {}

    Optional<Recorded> recorded(AttemptId attempt) {
        return jdbc.sql(
                        """
                        select epoch, state, finished_at, exit_code, callback_token_sha256, last_report_sequence
                        from attempts where task_id = :task and number = :attempt
                        """)
                .param("task", attempt.task().value())
                .param("attempt", attempt.number())
                .query((row, number) ->
                        new Recorded(
                                new Epoch(row.getLong("epoch")),
                                TaskState.valueOf(row.getString("state")),
                                row.getObject("finished_at") != null,
                                row.getObject("exit_code", Integer.class),
                                row.getString("callback_token_sha256"),
                                row.getLong("last_report_sequence")))
                .optional();
    }

    void setLastReportSequence(AttemptId attempt, long sequence) {
        jdbc.sql(
                        """
                        update attempts set last_report_sequence = :sequence where task_id = :task and number = :attempt
                        """)
                .param("task", attempt.task().value())
                .param("attempt", attempt.number())
                .param("sequence", sequence)
                .update();
    }

    /** Its container may run from now on. The first time stays. */
    void setStartAsked(AttemptId attempt) {
        jdbc.sql(
                        """
                        update attempts set start_asked_at = clock_timestamp()
                        where task_id = :task and number = :attempt and start_asked_at is null
                        """)
                .param("task", attempt.task().value())
                .param("attempt", attempt.number())
                .update();
    }

    void setContainer(AttemptId attempt, String containerId, String scope) {
        jdbc.sql(
                        """
                        update attempts set container_id = :container, scope = :scope
                        where task_id = :task and number = :attempt
                        """)
                .param("task", attempt.task().value())
                .param("attempt", attempt.number())
                .param("container", containerId)
                .param("scope", scope)
                .update();
    }

    void setLogStream(AttemptId attempt, String logStream) {
        jdbc.sql(
                        """
                        update attempts set log_stream = :logStream where task_id = :task and number = :attempt
                        """)
                .param("task", attempt.task().value())
                .param("attempt", attempt.number())
                .param("logStream", logStream)
                .update();
    }

    /** Where its container is, as far as it is known. */
    Optional<String> scopeOf(AttemptId attempt) {
        return jdbc.sql(
                        """
                        select scope from attempts where task_id = :task and number = :attempt and scope is not null
                        """)
                .param("task", attempt.task().value())
                .param("attempt", attempt.number())
                .query(String.class)
                .optional();
    }

    /**
     * Who claimed an attempt under this epoch, as timelines name it; empty when the claim is
     * unknown. The attempt's own record names its last owner only.
     */
    Optional<String> claimerUnder(AttemptId attempt, Epoch epoch) {
        return jdbc.sql(
                        """
                        select actor from task_events
                        where task_id = :task and attempt = :attempt and epoch = :epoch
                          and (to_state = 'PROVISIONING' or type = 'claimed_again')
                        order by id limit 1
                        """)
                .param("task", attempt.task().value())
                .param("attempt", attempt.number())
                .param("epoch", epoch.value())
                .query(String.class)
                .optional();
    }

    /** Whether the timeline has an event of this type under this attempt and epoch. */
    boolean hasEvent(AttemptId attempt, Epoch epoch, String type) {
        return jdbc.sql(
                        """
                        select exists (select 1 from task_events
                                       where task_id = :task and attempt = :attempt and epoch = :epoch and type = :type)
                        """)
                .param("task", attempt.task().value())
                .param("attempt", attempt.number())
                .param("epoch", epoch.value())
                .param("type", type)
                .query(Boolean.class)
                .single();
    }
}
