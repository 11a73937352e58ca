package dev.kohakku.controller.dispatch;

import dev.kohakku.common.blob.BlobKey;
import dev.kohakku.common.brief.BriefRef;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The SQL that takes rows of the outbox. */
@Component
class TakeStore {

    private static final Logger LOG = LoggerFactory.getLogger(TakeStore.class);

    private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};

    /** How many times what is taken is looked at, so that several who take at once all get some. */
    private static final int CANDIDATES = 3;

    /**
     * why candidates first: "skip locked" within the merge would lock as many rows of each target.
     * why their number by itself: where it comes from a row the planner takes it for a tenth of the
     * backlog, and compiles the statement for seconds. why no second "order by": it would lock all
     * candidates before the limit, and others none.
     */
    private static final String TAKE =
            """
            with wanted as materialized (
                select target, most from unnest(cast(:targets as int[]), cast(:mosts as int[])) w(target, most)
            ), candidates as materialized (
                select c.task_id, c.attempt, c.rank
                from wanted w cross join lateral (
                    select o.task_id, o.attempt, o.rank, row_number() over (order by o.rank, o.task_id) as place
                    from dispatch_outbox o
                    where o.target_id = w.target and o.available_at <= now()
                      and (o.taken_until is null or o.taken_until <= now())
                    order by o.rank, o.task_id limit :most * :times) c
                where c.place <= w.most * :times
                order by c.rank, c.task_id limit :most * :times
            ), ready as materialized (
                select o.task_id, o.attempt
                from candidates c cross join lateral (
                    select r.task_id, r.attempt from dispatch_outbox r
                    where r.task_id = c.task_id and r.attempt = c.attempt and r.available_at <= now()
                      and (r.taken_until is null or r.taken_until <= now())
                    for update of r skip locked) o
                limit :most
            ), taken as (
                update dispatch_outbox o set taken_until = now() + make_interval(secs => :takenFor)
                from ready where o.task_id = ready.task_id and o.attempt = ready.attempt
                returning o.task_id, o.attempt as number, o.taken_until, o.misfits, o.rank
            )
            select taken.task_id, taken.number, taken.taken_until, taken.misfits, t.state, t.attempt, t.runtime_type, t.runtime_pool,
                   t.runtime_labels, t.brief_key, t.brief_sha256, t.traceparent, t.created_at,
                   extract(epoch from t.deadline_at - now()) as remaining
            from taken join tasks t on t.id = taken.task_id order by taken.rank, taken.task_id
            """;

    private final JdbcClient jdbc;
    private final JsonMapper json;

    TakeStore(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /**
     * How much of a target may be taken.
     *
     * @param target its key
     * @param most how many at most
     */
    record Wanted(int target, int most) {}

    /**
     * Takes the rows whose turn it is, of these targets only, merged by rank: the cost follows what
     * is taken and the number of these targets, never what waits. Rows that somebody else is taking
     * are passed over, and so are those that cannot be read: they stay taken, and are tried again
     * after that time.
     */
    List<Taken> take(List<Wanted> wanted, int most, Duration takenFor) {
        return jdbc
                .sql(TAKE)
                .param("targets", array(wanted, Wanted::target))
                .param("mosts", array(wanted, Wanted::most))
                .param("most", most)
                .param("times", CANDIDATES)
                .param("takenFor", takenFor.toMillis() / 1000.0)
                .query(this::takenIfReadable)
                .list()
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    private static String array(List<Wanted> wanted, ToIntFunction<Wanted> of) {
        return wanted.stream()
                .map(each -> Integer.toString(of.applyAsInt(each)))
                .collect(Collectors.joining(",", "{", "}"));
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
}
