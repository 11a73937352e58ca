package dev.kohakku.controller.notification;

import dev.kohakku.common.telemetry.Metrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The SQL that counts what is not announced yet. It goes no further than is shown. */
@Repository
class AnnouncementCounts {

    private static final String COUNT =
            """
            select kind, count(*) as waiting,
                   greatest(0, extract(epoch from now() - min(created_at))) as oldest
            from (select kind, created_at from task_end_outbox where given_up_at is null limit :most) as some
            group by kind
            """;

    private final JdbcClient jdbc;

    AnnouncementCounts(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** What waits of a kind. */
    record Waiting(long announcements, Duration oldest) {

        static final Waiting NOTHING = new Waiting(0, Duration.ZERO);
    }

    /** By the kind of the receiver. */
    Map<String, Waiting> waiting() {
        var counts = new HashMap<String, Waiting>();
        jdbc.sql(COUNT)
                .param("most", Metrics.MOST_COUNTED)
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
