package dev.kohakku.controller.deadletter;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import dev.kohakku.common.queue.DeadLetter;
import dev.kohakku.common.queue.PoolStreams;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.controller.deadletter.DeadLetterView.Kind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The SQL of dead letters. Each method is one statement, in the caller's transaction. */
@Component
class DeadLetterStore {

    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

    /** Longer than any name a queue gives; what something else wrote there may be of any length. */
    private static final int LONGEST_ENTRY_ID = 200;

    /** Beyond, nobody needs to know how many, and counting takes time. */
    private static final int MOST_COUNTED = 10_000;

    /**
     * What makes a task a dead letter: a failure another try may mend has ended it, and nobody
     * wanted it to end. That no attempts are left follows, but for what the platform gave up
     * before: that has nobody else to do it again either.
     */
    private static final String IS_DEAD =
            "(t.state in ('FAILED', 'TIMED_OUT') and t.failure_kind in (%s) and t.cancel_requested_at is null)"
                    .formatted(
                            Arrays.stream(FailureKind.values())
                                    .filter(FailureKind::isRetryable)
                                    .map(kind -> "'" + kind.name() + "'")
                                    .collect(Collectors.joining(", ")));

    // why also those of unknown tasks: they belong to nobody, and somebody must see them.
    private static final String DELIVERIES =
            """
            select d.id, 'DELIVERY' as kind, d.died_at, d.reason, d.task_id, d.attempt, t.state, t.failure_kind, d.queue,
                   d.entry_id, d.fields, (select again.id from tasks again where again.redrive_of = d.task_id) as redriven_as
            from dead_letters d left join tasks t on t.id = d.task_id
            where (t.id is null or t.organization_id = :organization)
            """;

    private static final String TASKS =
            """
            select t.id, 'TASK' as kind, t.finished_at as died_at, t.error_message as reason, t.id as task_id, t.attempt,
                   t.state, t.failure_kind, cast(null as text) as queue, cast(null as text) as entry_id,
                   cast(null as json) as fields,
                   (select again.id from tasks again where again.redrive_of = t.id) as redriven_as
            from tasks t where t.organization_id = :organization and %s
            """
                    .formatted(IS_DEAD);

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final TimeBasedEpochGenerator ids = Generators.timeBasedEpochGenerator();

    DeadLetterStore(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** The queues that may hold dead letters: those consumed, and those with attempts on them. */
    Set<String> queues() {
        var queues = new TreeSet<String>();
        jdbc.sql(
                        """
                        select queue, null as type from tasks where state = 'QUEUED' and queue is not null
                        union select d.queue, backend ->> 'type' from dispatchers d
                              left join lateral jsonb_array_elements(d.backends) backend on true
                        """)
                .query(row -> {
                    var queue = row.getString("queue");
                    var type = row.getString("type");
                    queues.add(queue);
                    if (PoolStreams.isByType(queue)) {
                        // why: it is read as well, as long as an earlier version may write there.
                        queues.add(PoolStreams.legacyOf(queue));
                    }
                    if (type != null) {
                        queues.add(
                                PoolStreams.ofType(
                                        queue, RuntimeType.valueOf(type.toUpperCase(Locale.ROOT))));
                    }
                });
        return queues;
    }

    /**
     * Keeps a letter.
     *
     * @return false when it is kept already; waits for a transaction that is just keeping it
     */
    boolean insertIfNew(String queue, DeadLetter letter) {
        var attempt = letter.queued() == null ? null : letter.queued().attempt();
        return jdbc.sql(
                                """
                                insert into dead_letters (id, queue, entry_id, reason, fields, task_id, attempt)
                                values (:id, :queue, :entry, :reason, cast(:fields as json), :task, :attempt)
                                on conflict (queue, entry_id) do nothing
                                """)
                        .param("id", ids.generate())
                        .param("queue", queue)
                        .param("entry", entryId(letter))
                        .param("reason", storable(letter.reason()))
                        .param("fields", json.writeValueAsString(letter.fields()))
                        .param("task", attempt == null ? null : attempt.task().value(), Types.OTHER)
                        .param("attempt", attempt == null ? null : attempt.number(), Types.INTEGER)
                        .update()
                == 1;
    }

    private static String entryId(DeadLetter letter) {
        var id = storable(letter.entryId());
        return id.length() > LONGEST_ENTRY_ID ? id.substring(0, LONGEST_ENTRY_ID) : id;
    }

    // why: the reason quotes a malformed entry, and Postgres stores no NUL.
    private static String storable(String text) {
        return text.replace('\0', '\uFFFD');
    }

    /**
     * The newest first, at most one more than the filter's limit: the surplus says "there is more".
     */
    List<DeadLetterView> list(UUID organization, DeadLetterFilter filter) {
        // why a limit in each part: so each is read along its index, and no further.
        var parts =
                filter.kinds().stream()
                        .map(kind -> "(" + newest(kind, filter) + ")")
                        .collect(Collectors.joining(" union all "));
        var after = filter.after();
        return jdbc.sql(
                        "select * from ("
                                + parts
                                + ") letters order by died_at desc, id desc limit :most")
                .param("organization", organization)
                .param("most", filter.limit() + 1)
                .param("afterTime", after == null ? null : after.diedAt().toString(), Types.VARCHAR)
                .param("afterId", after == null ? null : after.id(), Types.OTHER)
                .query(this::letter)
                .list();
    }

    private static String newest(Kind kind, DeadLetterFilter filter) {
        return "select * from ("
                + of(kind)
                + ") letter where redriven_as is "
                + (filter.redriven() ? "not null" : "null")
                + (filter.after() != null
                        ? " and (died_at, id) < (cast(:afterTime as timestamptz), :afterId)"
                        : "")
                + " order by died_at desc, id desc limit :most";
    }

    private static String of(Kind kind) {
        return switch (kind) {
            case DELIVERY -> DELIVERIES;
            case TASK -> TASKS;
        };
    }

    /** How many dead letters of a kind nobody has redriven. */
    record Open(Kind kind, long count) {}

    /** Of each kind, in whatever organization; more than ten thousand count as ten thousand. */
    List<Open> open() {
        return jdbc.sql(
                        """
                        select 'DELIVERY', count(*) from (
                            select 1 from dead_letters d
                            where not exists (select from tasks again where again.redrive_of = d.task_id) limit :most) deliveries
                        union all
                        select 'TASK', count(*) from (
                            select 1 from tasks t
                            where %s and not exists (select from tasks again where again.redrive_of = t.id) limit :most) tasks
                        """
                                .formatted(IS_DEAD))
                .param("most", MOST_COUNTED)
                .query((row, number) -> new Open(Kind.valueOf(row.getString(1)), row.getLong(2)))
                .list();
    }

    /**
     * Removes deliveries with which nothing can be done any more: they were redriven so long ago,
     * or died so long ago and can never be.
     *
     * @return how many, at most a batch
     */
    int removeSettled(Duration keptFor, int most) {
        return jdbc.sql(
                        """
                        delete from dead_letters d using (
                            select l.id from dead_letters l
                            where l.died_at < now() - make_interval(secs => :keptFor)
                              and (not exists (select from tasks t where t.id = l.task_id and (t.finished_at is null or %s))
                                   or exists (select from tasks again where again.redrive_of = l.task_id
                                              and again.created_at < now() - make_interval(secs => :keptFor)))
                            limit :most for update skip locked
                        ) old where d.id = old.id
                        """
                                .formatted(IS_DEAD))
                .param("keptFor", (double) keptFor.toSeconds())
                .param("most", most)
                .update();
    }

    /** A dead letter the organization may see. */
    Optional<DeadLetterView> find(UUID organization, UUID id) {
        return jdbc.sql(
                        "select * from ("
                                + DELIVERIES
                                + " union all "
                                + TASKS
                                + ") letters where id = :id")
                .param("organization", organization)
                .param("id", id)
                .query(this::letter)
                .optional();
    }

    /**
     * Where a task stands that is to be done again.
     *
     * @param dead whether it is a dead letter
     * @param expired whether its {@code expires_at} has passed, and it is not being done again yet
     */
    record Redrivability(
            TaskState state, @Nullable FailureKind failureKind, boolean dead, boolean expired) {}

    Optional<Redrivability> redrivability(UUID organization, TaskId task) {
        return jdbc.sql(
                        """
                        select t.state, t.failure_kind, t.failure_kind is not null and %s as dead,
                               t.expires_at is not null and t.expires_at <= now()
                                   and not exists (select from tasks again where again.redrive_of = t.id) as expired
                        from tasks t where t.id = :id and t.organization_id = :organization
                        """
                                .formatted(IS_DEAD))
                .param("id", task.value())
                .param("organization", organization)
                .query((row, number) ->
                        new Redrivability(
                                TaskState.valueOf(row.getString("state")),
                                failureKind(row),
                                row.getBoolean("dead"),
                                row.getBoolean("expired")))
                .optional();
    }

    private DeadLetterView letter(ResultSet row, int number) throws SQLException {
        var state = row.getString("state");
        var fields = row.getString("fields");
        return new DeadLetterView(
                row.getObject("id", UUID.class),
                Kind.valueOf(row.getString("kind")),
                row.getObject("died_at", OffsetDateTime.class).toInstant(),
                row.getString("reason"),
                row.getObject("task_id", UUID.class),
                row.getObject("attempt", Integer.class),
                state == null ? null : TaskState.valueOf(state),
                failureKind(row),
                row.getString("queue"),
                row.getString("entry_id"),
                fields == null ? null : json.readValue(fields, TEXTS),
                row.getObject("redriven_as", UUID.class));
    }

    private static @Nullable FailureKind failureKind(ResultSet row) throws SQLException {
        var kind = row.getString("failure_kind");
        return kind == null ? null : FailureKind.valueOf(kind);
    }
}
