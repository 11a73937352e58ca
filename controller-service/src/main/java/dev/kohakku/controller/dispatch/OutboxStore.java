package dev.kohakku.controller.dispatch;

import dev.kohakku.common.blob.BlobKey;
import dev.kohakku.common.brief.BriefRef;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskSpec;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.controller.fleet.LiveDispatcher;
import dev.kohakku.controller.task.StoredSpecs;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The SQL of the dispatch outbox. Each method is one statement, in the caller's transaction. */
@Component
class OutboxStore {

    private static final Logger LOG = LoggerFactory.getLogger(OutboxStore.class);

    private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final StoredSpecs specs;
    private final JsonMapper json;

    OutboxStore(JdbcClient jdbc, StoredSpecs specs, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
        this.specs = specs;
    }

    /**
     * Takes the rows whose turn it is: of tasks that one of these dispatchers serves, and those
     * left over. Rows that somebody else is taking are passed over, and so are those that cannot be
     * read: they stay taken, and are tried again after that time.
     */
    List<Taken> take(List<LiveDispatcher> open, int most, Duration takenFor) {
        return jdbc
                .sql(
                        """
                        with offers as materialized (
                            select distinct type, pool, labels
                            from jsonb_to_recordset(cast(:offers as jsonb)) as offer(type text, pool text, labels jsonb)
                        ), ready as (
                            select o.task_id, o.attempt from dispatch_outbox o join tasks t on t.id = o.task_id
                            where o.available_at <= now() and (o.taken_until is null or o.taken_until <= now())
                              and (exists (select 1 from offers where offers.type = t.runtime_type and offers.pool = t.runtime_pool
                                                                and offers.labels @> t.runtime_labels)
                                   or t.state not in ('PENDING', 'QUEUED') or t.attempt <> o.attempt)
                            order by o.rank, o.task_id limit :most
                            for update of o skip locked
                        ), taken as (
                            update dispatch_outbox o set taken_until = now() + make_interval(secs => :takenFor)
                            from ready where o.task_id = ready.task_id and o.attempt = ready.attempt
                            returning o.task_id, o.attempt as number, o.taken_until, o.misfits, o.rank
                        )
                        select taken.*, t.state, t.attempt, t.runtime_type, t.runtime_pool,
                               t.runtime_labels, t.brief_key, t.brief_sha256, t.traceparent, t.created_at,
                               extract(epoch from t.deadline_at - now()) as remaining
                        from taken join tasks t on t.id = taken.task_id order by taken.rank, taken.task_id
                        """)
                .param("offers", json.writeValueAsString(Offer.all(open)))
                .param("most", most)
                .param("takenFor", seconds(takenFor))
                .query(this::takenIfReadable)
                .list()
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    // why not thrown: one row of a newer version, or a damaged one, must not stop the others.
    private Optional<Taken> takenIfReadable(ResultSet row, int number) throws SQLException {
        try {
            return Optional.of(taken(row));
        } catch (RuntimeException unreadable) {
            LOG.error(
                    "task {} cannot be read and waits in the outbox",
                    row.getString("task_id"),
                    unreadable);
            return Optional.empty();
        }
    }

    private Taken taken(ResultSet row) throws SQLException {
        var key = row.getString("brief_key");
        return new Taken(
                new AttemptId(
                        new TaskId(row.getObject("task_id", UUID.class)), row.getInt("number")),
                row.getObject("taken_until", OffsetDateTime.class),
                row.getInt("misfits"),
                new Taken.Task(
                        TaskState.valueOf(row.getString("state")),
                        row.getInt("attempt"),
                        target(row),
                        key == null
                                ? null
                                : new BriefRef(new BlobKey(key), row.getString("brief_sha256")),
                        row.getString("traceparent"),
                        Duration.ofMillis((long) (row.getDouble("remaining") * 1000)),
                        row.getObject("created_at", OffsetDateTime.class).toInstant()));
    }

    /** Without a namespace: that is a matter of whoever starts the container. */
    private RuntimeTarget target(ResultSet row) throws SQLException {
        return new RuntimeTarget(
                RuntimeType.valueOf(row.getString("runtime_type")),
                null,
                row.getString("runtime_pool"),
                json.readValue(row.getString("runtime_labels"), LABELS));
    }

    /** Something a dispatcher serves, in the words of the columns. */
    private record Offer(String type, String pool, Map<String, String> labels) {

        static List<Offer> all(List<LiveDispatcher> dispatchers) {
            return dispatchers.stream()
                    .flatMap(dispatcher ->
                            dispatcher.backends().stream()
                                    .filter(BackendStatus::healthy)
                                    .map(backend ->
                                            new Offer(
                                                    backend.type().name(),
                                                    dispatcher.pool(),
                                                    dispatcher.labels())))
                    .distinct()
                    .toList();
        }
    }

    /** What a task is to run; large, so hold few at once. Fails where it cannot be read. */
    TaskSpec specOf(TaskId task) {
        return specs.read(
                jdbc.sql("select spec from tasks where id = :id")
                        .param("id", task.value())
                        .query(String.class)
                        .single());
    }

    /** Deletes rows that are done, but for those somebody put back or took since. */
    void deleteIfOurs(List<Taken> done) {
        for (var taken : done) {
            jdbc.sql(
                            """
                            delete from dispatch_outbox
                            where task_id = :task and attempt = :attempt and taken_until = :until
                            """)
                    .param("task", taken.attempt().task().value())
                    .param("attempt", taken.attempt().number())
                    .param("until", taken.until())
                    .update();
        }
    }

    /** Gives a row back, to be taken again after a while. */
    void releaseIfOurs(Taken taken, Duration after) {
        jdbc.sql(
                        """
                        update dispatch_outbox set taken_until = null, available_at = now() + make_interval(secs => :after)
                        where task_id = :task and attempt = :attempt and taken_until = :until
                        """)
                .param("task", taken.attempt().task().value())
                .param("attempt", taken.attempt().number())
                .param("until", taken.until())
                .param("after", seconds(after))
                .update();
    }

    /**
     * Adds a row for a task that is QUEUED at this attempt and was read by somebody who cannot run
     * it, in its old place, or frees its row.
     *
     * @param first how long it is not taken the first time; twice as long each further time
     */
    void offerAgainIfQueued(AttemptId attempt, Duration first, Duration longest) {
        jdbc.sql(
                        """
                        with misfit as (
                            update attempts a set misfits = a.misfits + 1 from tasks t
                            where t.id = :task and t.attempt = :attempt and t.state = 'QUEUED'
                              and a.task_id = t.id and a.number = t.attempt
                            returning t.id, t.attempt, t.priority, t.created_at, a.misfits
                        )
                        insert into dispatch_outbox (task_id, attempt, priority, created_at, misfits, available_at)
                        select id, attempt, priority, created_at, misfits,
                               now() + make_interval(secs => least(:longest, :first * power(2, least(misfits - 1, 30))))
                        from misfit
                        on conflict (task_id, attempt) do update
                        set available_at = excluded.available_at, misfits = excluded.misfits, taken_until = null
                        """)
                .param("task", attempt.task().value())
                .param("attempt", attempt.number())
                .param("first", seconds(first))
                .param("longest", seconds(longest))
                .update();
    }

    /**
     * Adds rows for tasks that have been QUEUED on a stream for too long and have none.
     *
     * @return how many
     */
    // why ordered: two at once, and a rebuild, would else wait for each other in a circle.
    int putBackUnclaimed(String queue, Duration after) {
        return jdbc.sql(
                        """
                        insert into dispatch_outbox (task_id, attempt, priority, created_at)
                        select id, attempt, priority, created_at from tasks
                        where state = 'QUEUED' and queue = :queue and queued_at <= now() - make_interval(secs => :after)
                        order by id
                        on conflict do nothing
                        """)
                .param("queue", queue)
                .param("after", seconds(after))
                .update();
    }

    /**
     * Adds a row for every task that is QUEUED, in its old place, or frees the one it has.
     *
     * @return how many
     */
    // why ordered: two at once, and the Enqueuer, would else wait for each other in a circle.
    int putBackAllQueued() {
        return jdbc.sql(
                        """
                        insert into dispatch_outbox (task_id, attempt, priority, created_at)
                        select id, attempt, priority, created_at from tasks where state = 'QUEUED' order by id
                        on conflict (task_id, attempt) do update
                        set available_at = excluded.available_at, misfits = excluded.misfits, taken_until = null
                        """)
                .update();
    }

    /** A stream and how many tasks Postgres believes to be on it. */
    record Believed(String queue, long tasks) {}

    /**
     * The streams with tasks that have been QUEUED for too long, and how many tasks should be on
     * them.
     */
    // why not those of the last seconds: they are QUEUED before they are on their stream. Nor those
    // in the outbox: they may have been read already, by somebody who cannot run them, and are put
    // on a queue again anyway.
    List<Believed> believedUnclaimed(Duration after) {
        return jdbc.sql(
                        """
                        select queue, count(*) as tasks from tasks t
                        where state = 'QUEUED' and queue is not null and queued_at <= now() - interval '2 seconds'
                          and not exists (select 1 from dispatch_outbox o where o.task_id = t.id and o.attempt = t.attempt)
                        group by queue having min(queued_at) <= now() - make_interval(secs => :after)
                        """)
                .param("after", seconds(after))
                .query((row, number) -> new Believed(row.getString("queue"), row.getLong("tasks")))
                .list();
    }

    /**
     * Notes where a QUEUED attempt is put, and its brief.
     *
     * @return false when the task is not QUEUED at this attempt
     */
    boolean recordQueueIfQueued(AttemptId attempt, String queue, BriefRef brief) {
        return jdbc.sql(
                                """
                                update tasks set queue = :queue, brief_key = :key, brief_sha256 = :sha256, queued_at = now()
                                where id = :task and attempt = :attempt and state = 'QUEUED'
                                """)
                        .param("task", attempt.task().value())
                        .param("attempt", attempt.number())
                        .param("queue", queue)
                        .param("key", brief.key().value())
                        .param("sha256", brief.sha256())
                        .update()
                == 1;
    }

    /** Says of a task that is PENDING what it waits for. */
    void explain(AttemptId attempt, String reason) {
        jdbc.sql(
                        """
                        update tasks set waiting_reason = :reason, updated_at = now()
                        where id = :task and attempt = :attempt and state = 'PENDING'
                        """)
                .param("task", attempt.task().value())
                .param("attempt", attempt.number())
                .param("reason", reason)
                .update();
    }

    /** Up to so many targets of waiting tasks that ask for more than a type. */
    List<RuntimeTarget> choosyTargets(int most) {
        return jdbc.sql(
                        """
                        select distinct runtime_type, runtime_pool, runtime_labels from tasks
                        where state = 'PENDING' and (runtime_pool <> 'default' or runtime_labels <> '{}') limit :most
                        """)
                .param("most", most)
                .query((row, number) -> target(row))
                .list();
    }

    /** Says of all tasks with a target whose turn it is what they wait for. */
    void explainAll(RuntimeTarget target, String reason, int most) {
        jdbc.sql(
                        """
                        update tasks set waiting_reason = :reason, updated_at = now() where id in (
                            select t.id from dispatch_outbox o join tasks t on t.id = o.task_id
                            where t.state = 'PENDING' and t.runtime_type = :type and t.runtime_pool = :pool
                              and t.runtime_labels = cast(:labels as jsonb) and o.available_at <= now()
                              and t.waiting_reason is distinct from :reason
                            limit :most for update of t skip locked)
                        """)
                .param("type", target.type().name())
                .param("pool", target.pool())
                .param("labels", json.writeValueAsString(target.labels()))
                .param("reason", reason, Types.VARCHAR)
                .param("most", most)
                .update();
    }

    /** Rows in the outbox. */
    long count() {
        return jdbc.sql("select count(*) from dispatch_outbox").query(Long.class).single();
    }

    /** Takes a task that has ended out of the outbox. */
    void forget(TaskId task) {
        jdbc.sql("delete from dispatch_outbox where task_id = :task")
                .param("task", task.value())
                .update();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
