package dev.kohakku.controller.notification;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The SQL of the outbox of ends. Each method is one statement, in the caller's transaction. */
@Repository
class AnnouncementStore {

    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private static final String TAKE_DUE =
            """
            with busy as (
                select key as place, cast(value as int) as n from jsonb_each_text(cast(:busy as jsonb))
            ), candidates as (
                select o.id, o.available_at, p.place, coalesce(b.n, 0) as busy from task_end_outbox o
                cross join lateral (select coalesce(substring(
                    lower(o.target) from '^[a-z]+://([^/?#]*)'), '') as place) p
                left join busy b on b.place = p.place
                where o.kind = :kind and o.available_at <= now() and o.given_up_at is null
                  and coalesce(b.n, 0) < :mostPerPlace
                order by o.available_at limit 1000
            ), ranked as (
                select id, place, busy + row_number() over (partition by place order by available_at) as n
                from candidates
            ), due as (
                select o.id, r.place from task_end_outbox o join ranked r on r.id = o.id
                where r.n <= :mostPerPlace and o.available_at <= now() and o.given_up_at is null
                order by o.available_at limit :most for update of o skip locked
            ), taken as (
                update task_end_outbox o set tries = o.tries + 1, available_at = now() + make_interval(secs => :takenFor)
                from due where o.id = due.id returning o.id, o.task_id, o.target, o.tries, due.place
            )
            select taken.id as announcement, taken.target, taken.place, taken.tries, t.id, t.attempt, t.epoch, t.name,
                t.state, t.labels, t.exit_code, t.failure_kind, t.error_message, t.result_key, t.result_metadata,
                t.created_at, t.finished_at, t.traceparent
            from taken join tasks t on t.id = taken.task_id order by taken.id
            """;

    private final JdbcClient jdbc;
    private final JsonMapper json;

    AnnouncementStore(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /**
     * Takes what is due of a kind; each is out of reach of others for this long. What is due at
     * places that are full stays, however much it is, and hides nothing.
     *
     * @param most how many at most, from 1
     * @param busy how many are at a place already
     */
    List<Announcement> takeDue(
            Receiver receiver, int most, Map<String, Integer> busy, Duration takenFor) {
        return jdbc.sql(TAKE_DUE)
                .param("kind", receiver.kind())
                .param("most", most)
                .param("mostPerPlace", receiver.mostPerPlace())
                .param("busy", json.writeValueAsString(busy))
                .param("takenFor", seconds(takenFor))
                .query(this::announcement)
                .list();
    }

    /** It was delivered. False when that is known already. */
    boolean remove(long id) {
        return jdbc.sql("delete from task_end_outbox where id = :id").param("id", id).update() == 1;
    }

    /**
     * It is tried again after a pause that doubles with each try, up or down by a fifth, or no more
     * when it is this old. Returns whether it was given up.
     */
    boolean postpone(Announcement announcement, Receiver receiver, String error, Duration oldest) {
        return jdbc.sql(
                        """
                        update task_end_outbox set last_error = :error,
                            available_at = now() + make_interval(secs =>
                                least(:longest, :first * power(2, least(tries, 30) - 1)) * (0.8 + 0.4 * random())),
                            given_up_at = case when created_at < now() - make_interval(secs => :oldest) then now() end
                        where id = :id and tries = :tries
                        returning given_up_at is not null
                        """)
                .param("id", announcement.id())
                .param("tries", announcement.tries())
                .param("error", error)
                .param("first", seconds(receiver.firstPause()))
                .param("longest", seconds(receiver.longestPause()))
                .param("oldest", seconds(oldest))
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }

    /** It is not tried again. False when somebody else took it meanwhile. */
    boolean giveUp(Announcement announcement, String error) {
        return jdbc.sql(
                                """
                                update task_end_outbox set last_error = :error, given_up_at = now()
                                where id = :id and tries = :tries and given_up_at is null
                                """)
                        .param("id", announcement.id())
                        .param("tries", announcement.tries())
                        .param("error", error)
                        .update()
                == 1;
    }

    private Announcement announcement(ResultSet row, int number) throws SQLException {
        var kind = row.getString("failure_kind");
        var metadata = row.getString("result_metadata");
        return new Announcement(
                row.getLong("announcement"),
                row.getString("target"),
                row.getString("place"),
                row.getInt("tries"),
                new Announcement.EndedTask(
                        new AttemptId(
                                new TaskId(row.getObject("id", UUID.class)), row.getInt("attempt")),
                        new Epoch(row.getLong("epoch")),
                        row.getString("name"),
                        TaskState.valueOf(row.getString("state")),
                        json.readValue(row.getString("labels"), TEXTS),
                        row.getObject("exit_code", Integer.class),
                        kind == null ? null : FailureKind.valueOf(kind),
                        row.getString("error_message"),
                        row.getString("result_key"),
                        object(metadata),
                        row.getObject("created_at", OffsetDateTime.class).toInstant(),
                        row.getObject("finished_at", OffsetDateTime.class).toInstant(),
                        row.getString("traceparent")));
    }

    private @Nullable Map<String, Object> object(@Nullable String text) {
        return text == null ? null : json.readValue(text, OBJECT);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
