package dev.kohakku.controller.leak;

import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Removes leaks that were resolved thirty days ago, and at once those that were resolved before
 * anybody would have been shown them: most are containers that were found just when their attempts
 * had ended. Safe on many replicas at once.
 */
@Component
class ResolvedLeakRemover {

    /** How long a resolved leak can be looked at. */
    static final Duration KEPT_FOR = Duration.ofDays(30);

    /** Small, so that no round holds its locks for long. */
    private static final int BATCH = 1_000;

    private final JdbcClient jdbc;
    private final LeakProperties properties;

    ResolvedLeakRemover(JdbcClient jdbc, LeakProperties properties) {
        this.jdbc = jdbc;
        this.properties = properties;
    }

    /** Removes a batch. Returns whether there may be more. */
    boolean round() {
        // why in one statement: the container-seconds of what is removed are never counted twice
        // nor not at all. why UNVERIFIED stays: its row says that the end was looked after.
        var removed =
                jdbc.sql(
                                """
                                with old as (
                                    select id from leaks
                                    where resolved_at < now() - make_interval(secs => :keptFor)
                                       or (kind <> 'UNVERIFIED' and resolved_at - first_seen_at < make_interval(secs => :shown))
                                    limit :most for update skip locked
                                ), removed as (
                                    delete from leaks l using old where l.id = old.id
                                    returning l.kind, l.resolved_at - l.first_seen_at as age
                                )
                                update leak_ledger set container_seconds = container_seconds + coalesce((
                                    select sum(extract(epoch from age)) from removed
                                    where kind = 'DANGLING' and age >= make_interval(secs => :shown)), 0)
                                returning (select count(*) from removed)
                                """)
                        .param("keptFor", (double) KEPT_FOR.toSeconds())
                        .param("shown", properties.reportAfter().toMillis() / 1000.0)
                        .param("most", BATCH)
                        .query(Integer.class)
                        .single();
        return removed == BATCH;
    }
}
