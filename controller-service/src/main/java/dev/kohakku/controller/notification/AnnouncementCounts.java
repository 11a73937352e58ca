package dev.kohakku.controller.notification;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The SQL that counts what is not announced yet. It goes no further than is shown: where more wait,
 * those are looked at that have been due for longest, by the index, so that the oldest is the
 * oldest of these.
 */
@Repository
class AnnouncementCounts {

    private static final String COUNT =
            """
            select k.kind, count(*) as waiting,
                   greatest(0, extract(epoch from now() - min(due.created_at))) as oldest
            from unnest(cast(:kinds as text[])) as k(kind) cross join lateral (
                select o.created_at from task_end_outbox o where o.given_up_at is null and o.kind = k.kind
                order by o.available_at limit :most
            ) as due
            group by k.kind
            """;

    private final JdbcClient jdbc;

    AnnouncementCounts(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** What waits of a kind. */
    record Waiting(long announcements, Duration oldest) {

        static final Waiting NOTHING = new Waiting(0, Duration.ZERO);
    }

    /**
     * By the kind of the receiver.
     *
     * @param kinds to count
     * @param most of each that are looked at
     */
    Map<String, Waiting> waiting(List<String> kinds, int most) {
        var counts = new HashMap<String, Waiting>();
        jdbc.sql(COUNT)
                .param("kinds", kinds.toArray(String[]::new))
                .param("most", most)
                .query(row -> {
                    counts.put(
                            row.getString("kind"),
                            new Waiting(
                                    row.getLong("waiting"),
                                    Duration.ofMillis((long) (row.getDouble("oldest") * 1000))));
                });
        return counts;
    }
}
