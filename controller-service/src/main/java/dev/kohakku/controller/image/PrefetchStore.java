package dev.kohakku.controller.image;

import dev.kohakku.common.task.ImageReference;
import dev.kohakku.common.wire.PrefetchOutcome;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The SQL of prefetches. Each method is one statement, in the caller's transaction. */
@Component
class PrefetchStore {

    /** What a wish is read from, of {@code image_prefetches p}, beside {@code expired}. */
    private static final String WISH =
            "p.id, p.organization_id, p.image, p.pool, p.requested_at, p.requested_by, p.expires_at";

    private final JdbcClient jdbc;

    PrefetchStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A request, without what came of it. */
    record Wish(
            UUID id,
            UUID organization,
            ImageReference image,
            @Nullable String pool,
            Instant requestedAt,
            String requestedBy,
            Instant expiresAt,
            boolean expired) {}

    /** What came of it at a dispatcher; without a result nothing was heard yet. */
    record Target(
            String dispatcher,
            PrefetchOutcome.@Nullable Result result,
            @Nullable String message,
            @Nullable Instant endedAt) {}

    void insert(
            UUID id,
            UUID organization,
            ImageReference image,
            @Nullable String pool,
            String actor,
            Duration keptUp) {
        jdbc.sql(
                        """
                        insert into image_prefetches (id, organization_id, image, pool, requested_by, expires_at)
                        values (:id, :organization, :image, :pool, :actor, now() + make_interval(secs => :keptUp))
                        """)
                .param("id", id)
                .param("organization", organization)
                .param("image", image.toString())
                .param("pool", pool, Types.VARCHAR)
                .param("actor", actor)
                .param("keptUp", (double) keptUp.toSeconds())
                .update();
    }

    /** Makes every live dispatcher of the pool a target; returns how many there are. */
    int target(UUID id, @Nullable String pool) {
        return jdbc.sql(
                        """
                        insert into image_prefetch_targets (prefetch_id, dispatcher_id)
                        select :id, d.id from dispatchers d
                        where d.lease_expires_at > now() and d.left_at is null
                          and (cast(:pool as text) is null or d.pool = :pool)
                        """)
                .param("id", id)
                .param("pool", pool, Types.VARCHAR)
                .update();
    }

    Optional<Wish> find(UUID organization, UUID id) {
        return jdbc.sql(
                        """
                        select %s, p.expires_at <= now() as expired from image_prefetches p
                        where p.id = :id and p.organization_id = :organization
                        """
                                .formatted(WISH))
                .param("id", id)
                .param("organization", organization)
                .query(PrefetchStore::wish)
                .optional();
    }

    List<Target> targetsOf(UUID id) {
        return jdbc.sql(
                        """
                        select dispatcher_id, result, message, ended_at
                        from image_prefetch_targets where prefetch_id = :id order by dispatcher_id
                        """)
                .param("id", id)
                .query((row, number) ->
                        new Target(
                                row.getString("dispatcher_id"),
                                row.getString("result") == null
                                        ? null
                                        : PrefetchOutcome.Result.valueOf(row.getString("result")),
                                row.getString("message"),
                                row.getObject("ended_at") == null ? null : moment(row, "ended_at")))
                .list();
    }

    /** What a dispatcher has still to pull, the oldest first. */
    List<Wish> openAt(String dispatcher, int most) {
        return jdbc.sql(
                        """
                        select %s, false as expired from image_prefetch_targets t
                            join image_prefetches p on p.id = t.prefetch_id
                        where t.dispatcher_id = :dispatcher and t.result is null and p.expires_at > now()
                        order by p.id limit :most
                        """
                                .formatted(WISH))
                .param("dispatcher", dispatcher)
                .param("most", most)
                .query(PrefetchStore::wish)
                .list();
    }

    /** The first outcome counts. */
    boolean endIfOpen(String dispatcher, PrefetchOutcome outcome) {
        return jdbc.sql(
                                """
                                update image_prefetch_targets set result = :result, message = :message, ended_at = now()
                                where prefetch_id = :id and dispatcher_id = :dispatcher and result is null
                                """)
                        .param("id", outcome.id())
                        .param("dispatcher", dispatcher)
                        .param("result", outcome.result().name())
                        .param("message", outcome.message(), Types.VARCHAR)
                        .update()
                == 1;
    }

    int deleteOlderThan(Duration age, int most) {
        return jdbc.sql(
                        """
                        delete from image_prefetches where id in (
                            select id from image_prefetches where requested_at < now() - make_interval(secs => :age)
                            limit :most for update skip locked)
                        """)
                .param("age", (double) age.toSeconds())
                .param("most", most)
                .update();
    }

    private static Wish wish(ResultSet row, int number) throws SQLException {
        return new Wish(
                row.getObject("id", UUID.class),
                row.getObject("organization_id", UUID.class),
                ImageReference.parse(row.getString("image")),
                row.getString("pool"),
                moment(row, "requested_at"),
                row.getString("requested_by"),
                moment(row, "expires_at"),
                row.getBoolean("expired"));
    }

    private static Instant moment(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
