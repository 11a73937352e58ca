package dev.kohakku.controller.fleet;

import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.wire.AttemptRef;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.common.wire.CheckIn;
import dev.kohakku.common.wire.DispatchMode;
import dev.kohakku.common.wire.Heartbeat;
import dev.kohakku.controller.task.StateSets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The SQL of dispatchers and of what they own. */
@Component
class DispatcherStore {

    private static final TypeReference<List<BackendStatus>> BACKENDS = new TypeReference<>() {};

    private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};

    private static final String LIVE =
            """
            select d.id, d.mode, d.queue, d.url, d.instance, d.pool, d.labels, d.max_running_tasks, d.free_slots,
                   d.cordoned_at, d.backends,
                   (select count(*) from tasks t where t.dispatcher_id = d.id and t.state in (%s)) as running
            from dispatchers d where d.lease_expires_at > now()
            """
                    .formatted(StateSets.OWNED);

    /** Whether the backends that are said now reach what those said before did. */
    private static final String SAME_SCOPES =
            """
            (d.backends = cast(:backends as jsonb)
             or (jsonb_path_query_array(d.backends, '$[*].type') = jsonb_path_query_array(cast(:backends as jsonb), '$[*].type')
                 and jsonb_path_query_array(d.backends, '$[*].scope') = jsonb_path_query_array(cast(:backends as jsonb), '$[*].scope')))
            """;

    private final JdbcClient jdbc;
    private final JsonMapper json;

    DispatcherStore(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /**
     * The process that has an id.
     *
     * @param live whether its lease has not expired
     * @param left whether it has said that it stops
     */
    record Holder(
            String instance,
            @Nullable String displacedInstance,
            String url,
            boolean live,
            boolean left) {}

    Optional<Holder> holderOf(String id) {
        return jdbc.sql(
                        """
                        select instance, displaced_instance, url, lease_expires_at > now() as live,
                               left_at is not null as has_left
                        from dispatchers where id = :id
                        """)
                .param("id", id)
                .query((row, number) ->
                        new Holder(
                                row.getString("instance"),
                                row.getString("displaced_instance"),
                                row.getString("url"),
                                row.getBoolean("live"),
                                row.getBoolean("has_left")))
                .optional();
    }

    /**
     * Gives a process the lease of its id, if the holder is still the one that was judged.
     *
     * @param holder null where there was none
     */
    boolean takeIfHeldBy(@Nullable String holder, CheckIn checkIn, Duration lease) {
        return jdbc.sql(
                                """
                                insert into dispatchers as d (id, instance, url, mode, queue, pool, labels, max_running_tasks, free_slots,
                                                              backends, version, lease_expires_at)
                                values (:id, :instance, :url, :mode, :queue, :pool, cast(:labels as jsonb), :capacity, :capacity,
                                        cast(:backends as jsonb), :version, now() + make_interval(secs => :lease))
                                on conflict (id) do update set instance = excluded.instance,
                                    displaced_instance = case when d.instance = excluded.instance
                                                              then d.displaced_instance else d.instance end,
                                    url = excluded.url, mode = excluded.mode, queue = excluded.queue,
                                    pool = excluded.pool, labels = excluded.labels,
                                    max_running_tasks = excluded.max_running_tasks, free_slots = excluded.free_slots,
                                    backends_since = case when %1$s then d.backends_since else now() end,
                                    backends_beats = case when %1$s then d.backends_beats else 0 end,
                                    probed_at = null, answered_at = null, refused_since = null,
                                    backends = excluded.backends, version = excluded.version, checked_in_at = now(),
                                    heartbeat_at = now(), lease_expires_at = excluded.lease_expires_at, left_at = null
                                where d.instance = :holder
                                """
                                        .formatted(SAME_SCOPES))
                        .param("id", checkIn.dispatcherId())
                        .param("instance", checkIn.instance())
                        .param("url", checkIn.url())
                        .param("mode", checkIn.mode().name())
                        .param("queue", checkIn.queue())
                        .param("pool", checkIn.pool())
                        .param("labels", json.writeValueAsString(checkIn.labels()))
                        .param("capacity", checkIn.maxRunningTasks())
                        .param("backends", json.writeValueAsString(checkIn.backends()))
                        .param("version", checkIn.version())
                        .param("lease", lease.toMillis() / 1000.0)
                        .param("holder", holder, Types.VARCHAR)
                        .update()
                == 1;
    }

    /** Renews the lease of a known process that has not left, expired or not. */
    boolean renewIfHolder(String id, Heartbeat heartbeat, Duration lease) {
        return jdbc.sql(
                                """
                                update dispatchers d set free_slots = :free, backends = cast(:backends as jsonb),
                                    backends_since = case when %1$s then backends_since else now() end,
                                    backends_beats = case when %1$s then backends_beats + 1 else 0 end,
                                    heartbeat_at = now(), lease_expires_at = now() + make_interval(secs => :lease)
                                where id = :id and instance = :instance and left_at is null
                                """
                                        .formatted(SAME_SCOPES))
                        .param("id", id)
                        .param("instance", heartbeat.instance())
                        .param("free", heartbeat.freeSlots())
                        .param("backends", json.writeValueAsString(heartbeat.backends()))
                        .param("lease", lease.toMillis() / 1000.0)
                        .update()
                == 1;
    }

    /** Ends the lease of a process that stops; the first time counts. */
    boolean leaveIfHolder(String id, String instance) {
        return jdbc.sql(
                                """
                                update dispatchers set left_at = coalesce(left_at, now()), lease_expires_at = least(lease_expires_at, now())
                                where id = :id and instance = :instance
                                """)
                        .param("id", id)
                        .param("instance", instance)
                        .update()
                == 1;
    }

    /** Whether a dispatcher is to take no new attempt. */
    boolean isCordoned(String id) {
        return jdbc.sql(
                        """
                        select exists (select 1 from dispatchers where id = :id and cordoned_at is not null)
                        """)
                .param("id", id)
                .query(Boolean.class)
                .single();
    }

    /** Closes the intake of a dispatcher, if it is known; who closed it first is kept. */
    boolean cordon(String id, String actor) {
        return jdbc.sql(
                                """
                                update dispatchers set cordoned_at = coalesce(cordoned_at, now()), cordoned_by = coalesce(cordoned_by, :actor)
                                where id = :id
                                """)
                        .param("id", id)
                        .param("actor", actor)
                        .update()
                == 1;
    }

    /** The same, and has its watches handed to others; who wants the drain is kept. */
    boolean drain(String id, String actor) {
        return jdbc.sql(
                                """
                                update dispatchers set cordoned_at = coalesce(cordoned_at, now()), draining = true,
                                    cordoned_by = case when draining then cordoned_by else :actor end
                                where id = :id
                                """)
                        .param("id", id)
                        .param("actor", actor)
                        .update()
                == 1;
    }

    /** Opens the intake of a dispatcher, if it is known. */
    boolean uncordon(String id) {
        return jdbc.sql(
                                """
                                update dispatchers set cordoned_at = null, cordoned_by = null, draining = false where id = :id
                                """)
                        .param("id", id)
                        .update()
                == 1;
    }

    /** Forgets a dispatcher, if it is known, its lease has expired and it owns no attempt. */
    boolean removeIfGone(String id) {
        return jdbc.sql(
                                """
                                delete from dispatchers d where d.id = :id and d.lease_expires_at <= now()
                                  and not exists (select 1 from tasks t where t.dispatcher_id = d.id and t.state in (%s))
                                """
                                        .formatted(StateSets.OWNED))
                        .param("id", id)
                        .update()
                == 1;
    }

    /**
     * An attempt that Postgres holds for a dispatcher id.
     *
     * @param instance the process that claimed it
     * @param settled whether nothing has moved it for so long that a reply to a claim cannot be
     *     under way any more
     */
    record Owned(AttemptRef ref, @Nullable String instance, TaskState state, boolean settled) {}

    List<Owned> ownedBy(String id, Duration settledAfter) {
        return jdbc.sql(
                        """
                        select id, attempt, epoch, dispatcher_instance, state,
                               updated_at < now() - make_interval(secs => :settled) as settled
                        from tasks
                        where dispatcher_id = :id and state in (%s)
                        order by id
                        """
                                .formatted(StateSets.OWNED))
                .param("id", id)
                .param("settled", settledAfter.toMillis() / 1000.0)
                .query((row, number) ->
                        new Owned(
                                new AttemptRef(
                                        new TaskId(row.getObject("id", UUID.class)),
                                        row.getInt("attempt"),
                                        new Epoch(row.getLong("epoch"))),
                                row.getString("dispatcher_instance"),
                                TaskState.valueOf(row.getString("state")),
                                row.getBoolean("settled")))
                .list();
    }

    List<LiveDispatcher> live() {
        return jdbc.sql(LIVE + " order by d.id").query(this::dispatcher).list();
    }

    Optional<LiveDispatcher> find(String id, String instance) {
        return jdbc.sql(LIVE + " and d.id = :id and d.instance = :instance and d.left_at is null")
                .param("id", id)
                .param("instance", instance)
                .query(this::dispatcher)
                .optional();
    }

    /** Whether any dispatcher has ever checked in. */
    boolean isAnyKnown() {
        return jdbc.sql("select exists (select 1 from dispatchers)").query(Boolean.class).single();
    }

    /** Whether a dispatcher for this target has ever checked in, whatever has become of it. */
    boolean isKnownFor(RuntimeTarget target) {
        return jdbc.sql(
                        """
                        select exists (
                            select 1 from dispatchers where pool = :pool and labels @> cast(:labels as jsonb)
                            and backends @> jsonb_build_array(jsonb_build_object('type', cast(:type as text))))
                        """)
                .param("pool", target.pool())
                .param("labels", json.writeValueAsString(target.labels()))
                .param("type", target.type().name().toLowerCase(Locale.ROOT))
                .query(Boolean.class)
                .single();
    }

    Optional<String> urlOf(String id) {
        return jdbc.sql("select url from dispatchers where id = :id")
                .param("id", id)
                .query(String.class)
                .optional();
    }

    List<DispatcherView> list() {
        return views(null);
    }

    Optional<DispatcherView> viewOf(String id) {
        return views(id).stream().findFirst();
    }

    private List<DispatcherView> views(@Nullable String id) {
        return jdbc.sql(
                        """
                        select d.id, d.instance, d.url, d.mode, d.queue, d.pool, d.labels, d.version, d.lease_expires_at,
                               d.heartbeat_at, d.checked_in_at, d.left_at, d.cordoned_at, d.cordoned_by, d.draining,
                               d.max_running_tasks, d.free_slots, d.backends, d.lease_expires_at > now() as live,
                               (select count(*) from tasks t where t.dispatcher_id = d.id and t.state in (%s)) as running
                        from dispatchers d where cast(:id as text) is null or d.id = :id order by d.id
                        """
                                .formatted(StateSets.OWNED))
                .param("id", id, Types.VARCHAR)
                .query(this::view)
                .list();
    }

    private LiveDispatcher dispatcher(ResultSet row, int number) throws SQLException {
        return new LiveDispatcher(
                row.getString("id"),
                new LiveDispatcher.Intake(
                        DispatchMode.valueOf(row.getString("mode")),
                        row.getString("queue"),
                        row.getString("url"),
                        row.getString("instance")),
                row.getString("pool"),
                json.readValue(row.getString("labels"), LABELS),
                new LiveDispatcher.Room(
                        row.getInt("max_running_tasks"),
                        row.getInt("running"),
                        row.getInt("free_slots")),
                row.getObject("cordoned_at") != null,
                json.readValue(row.getString("backends"), BACKENDS));
    }

    private DispatcherView view(ResultSet row, int number) throws SQLException {
        return new DispatcherView(
                row.getString("id"),
                row.getString("instance"),
                row.getString("url"),
                DispatchMode.valueOf(row.getString("mode")),
                row.getString("queue"),
                row.getString("pool"),
                json.readValue(row.getString("labels"), LABELS),
                row.getString("version"),
                row.getBoolean("live")
                        ? DispatcherView.LeaseState.LIVE
                        : DispatcherView.LeaseState.EXPIRED,
                moment(row, "lease_expires_at"),
                moment(row, "heartbeat_at"),
                moment(row, "checked_in_at"),
                momentOrNull(row, "left_at"),
                intake(row),
                momentOrNull(row, "cordoned_at"),
                row.getString("cordoned_by"),
                row.getInt("max_running_tasks"),
                row.getInt("free_slots"),
                row.getInt("running"),
                json.readValue(row.getString("backends"), BACKENDS));
    }

    private static DispatcherView.Intake intake(ResultSet row) throws SQLException {
        if (row.getObject("cordoned_at") == null) {
            return DispatcherView.Intake.OPEN;
        }
        return row.getBoolean("draining")
                ? DispatcherView.Intake.DRAINING
                : DispatcherView.Intake.CORDONED;
    }

    private static Instant moment(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static @Nullable Instant momentOrNull(ResultSet row, String column)
            throws SQLException {
        return row.getObject(column) == null ? null : moment(row, column);
    }
}
