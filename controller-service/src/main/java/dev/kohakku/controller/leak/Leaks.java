package dev.kohakku.controller.leak;

import dev.kohakku.controller.task.StateSets;
import dev.kohakku.controller.web.Page;
import java.sql.Types;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The SQL of what is shown: the kept leaks, and what is stuck now. */
@Component
class Leaks {

    /** How long past its deadline a task is when its watcher ought to have acted long ago. */
    private static final Duration STUCK_AFTER = Duration.ofSeconds(60);

    /** Every leak that is old enough to be one, with its place in the list. */
    private static final String SHOWN =
            """
            with all_leaks as (
                select l.kind, l.runtime_type, l.scope, l.task_id, l.attempt, l.container_id, l.dispatcher_id, l.reported_by,
                       l.first_seen_at, l.last_seen_at, l.destroy_ordered_at, l.resolved_at, l.resolution, l.resolved_by, l.note,
                       'l' || l.id as reference, t.attempt >= l.attempt as known, t.state as task_state
                from leaks l left join tasks t on t.id = l.task_id
                union all
                select 'STUCK', t.runtime_type, a.scope, t.id, t.attempt, a.container_id, t.dispatcher_id, null,
                       least(t.deadline_at, case when t.state in (%1$s) then t.expires_at end),
                       now(), null, null, null, null, null, 's' || t.id, true, t.state
                from tasks t join attempts a on a.task_id = t.id and a.number = t.attempt
                where t.state in (%1$s, %2$s)
                  and (t.deadline_at <= now() - make_interval(secs => :stuck)
                       or (t.state in (%1$s) and t.expires_at <= now() - make_interval(secs => :stuck)))
            ), shown as (
                select *, extract(epoch from coalesce(resolved_at, now()) - first_seen_at) as age from all_leaks
                where coalesce(resolved_at, now()) - first_seen_at >= make_interval(secs => :reportAfter)
            )
            """
                    .formatted(StateSets.WAITING, StateSets.OWNED);

    private final JdbcClient jdbc;
    private final LeakProperties properties;
    private final LeakRows rows;

    Leaks(JdbcClient jdbc, LeakProperties properties) {
        this.jdbc = jdbc;
        this.properties = properties;
        this.rows = new LeakRows(properties);
    }

    /** A page, the newest first. */
    Page<LeakView> page(LeakFilter filter) {
        var after = filter.after();
        var found =
                statement(
                                SHOWN
                                        + """
                                        select * from shown
                                        where (resolved_at is not null) = :resolved
                                          and (:anyKind or kind in (:kinds))
                                          and (cast(:at as timestamptz) is null
                                               or (first_seen_at, reference) < (cast(:at as timestamptz), :reference))
                                        order by first_seen_at desc, reference desc limit :most
                                        """)
                        .param("resolved", filter.resolved())
                        .param("anyKind", filter.kinds().isEmpty())
                        .param("kinds", namesOf(filter))
                        .param("at", after == null ? null : after.firstSeenAt(), Types.VARCHAR)
                        .param("reference", after == null ? null : after.reference(), Types.VARCHAR)
                        .param("most", filter.limit() + 1)
                        .query(rows::placed)
                        .list();
        var items = found.subList(0, Math.min(filter.limit(), found.size()));
        return new Page<>(
                items.stream().map(LeakRows.Placed::leak).toList(),
                found.size() > items.size() ? filter.cursorAfter(items.getLast().place()) : null);
    }

    /** A leak that is or was shown. */
    Optional<LeakView> find(String reference) {
        return statement(SHOWN + "select * from shown where reference = :reference")
                .param("reference", reference)
                .query(rows::placed)
                .optional()
                .map(LeakRows.Placed::leak);
    }

    // why never empty: SQL has no empty list.
    private static List<String> namesOf(LeakFilter filter) {
        return filter.kinds().isEmpty()
                ? List.of("")
                : filter.kinds().stream().map(Enum::name).toList();
    }

    /** How many leaks of a kind are open. */
    record Open(LeakKind kind, long count) {}

    /** Of each kind that has any. */
    List<Open> open() {
        return statement(
                        SHOWN
                                + "select kind, count(*) from shown where resolved_at is null group by kind")
                .query((row, number) ->
                        new Open(LeakKind.valueOf(row.getString(1)), row.getLong(2)))
                .list();
    }

    /**
     * For how long containers have dangled, added up over all there ever were, in seconds. Never
     * becomes less.
     */
    double containerSeconds() {
        return jdbc.sql(
                        """
                        select container_seconds + coalesce((
                            select sum(extract(epoch from coalesce(resolved_at, now()) - first_seen_at)) from leaks
                            where kind = 'DANGLING'
                              and coalesce(resolved_at, now()) - first_seen_at >= make_interval(secs => :reportAfter)), 0)
                        from leak_ledger
                        """)
                .param("reportAfter", seconds(properties.reportAfter()))
                .query(Double.class)
                .single();
    }

    private JdbcClient.StatementSpec statement(String sql) {
        return jdbc.sql(sql)
                .param("stuck", seconds(STUCK_AFTER))
                .param("reportAfter", seconds(properties.reportAfter()));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
