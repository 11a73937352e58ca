package dev.kohakku.controller.leak;

import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.common.wire.FoundContainer;
import dev.kohakku.common.wire.ScopeInventory;
import dev.kohakku.controller.task.StateSets;
import dev.kohakku.controller.task.UnreportedEnds;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * The SQL that keeps the ledger. Each method is one statement, whatever the number of containers;
 * moments are the database's, and within a transaction {@code now()} is its beginning.
 */
@Component
class LeakStore {

    /** How much an inventory may have been under way longer than its age says. */
    private static final Duration MARGIN = Duration.ofSeconds(10);

    private static final int BATCH = 1_000;

    private final JdbcClient jdbc;
    private final JsonMapper json;

    LeakStore(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** What a dispatcher found in a scope. */
    record SearchedScope(String dispatcher, ScopeInventory inventory) {}

    /** Notes that a scope was searched, and keeps others out of it until the transaction ends. */
    void noteSearch(SearchedScope search) {
        statement(
                        search,
                        """
                        insert into scope_inventories as i (runtime_type, scope, searched_at, reported_by)
                        values (:type, :scope, now() - make_interval(secs => :age), :by)
                        on conflict (runtime_type, scope) do update
                        set searched_at = greatest(i.searched_at, excluded.searched_at), reported_by = excluded.reported_by
                        """)
                .update();
    }

    /**
     * Opens or touches a leak for each container whose attempt is over, or whose task or attempt is
     * not known.
     */
    void touchDangling(SearchedScope search) {
        // why distinct: one statement cannot touch a row twice.
        found(
                        search,
                        """
                        insert into leaks (kind, runtime_type, scope, task_id, attempt, container_id, reported_by, first_seen_at, last_seen_at)
                        select distinct 'DANGLING', cast(:type as text), cast(:scope as text), f.task_id, f.attempt, f.container_id,
                                        cast(:by as text), now(), now()
                        from jsonb_to_recordset(cast(:found as jsonb)) as f(task_id uuid, attempt int, container_id text)
                        left join tasks t on t.id = f.task_id
                        where t.id is null or t.attempt <> f.attempt or t.state in (%s)
                        on conflict (runtime_type, scope, task_id, attempt, container_id) where kind = 'DANGLING' and resolved_at is null
                        do update set last_seen_at = now(), reported_by = excluded.reported_by
                        """
                                .formatted(StateSets.TERMINAL))
                .update();
    }

    /**
     * Opens or touches a leak for each attempt that has been recorded as running in this scope
     * since before the search began and was not found.
     */
    void touchPhantoms(SearchedScope search) {
        found(
                        search,
                        """
                        with found as materialized (
                            select f.task_id, f.attempt
                            from jsonb_to_recordset(cast(:found as jsonb)) as f(task_id uuid, attempt int)
                        )
                        insert into leaks (kind, runtime_type, scope, task_id, attempt, container_id, reported_by, first_seen_at, last_seen_at)
                        select 'PHANTOM', t.runtime_type, a.scope, t.id, t.attempt, a.container_id, :by, now(), now()
                        from tasks t join attempts a on a.task_id = t.id and a.number = t.attempt
                        where t.state = 'RUNNING' and t.runtime_type = :type and a.scope = :scope
                          and t.started_at < now() - make_interval(secs => :age) - make_interval(secs => :margin)
                          and not exists (select 1 from found f where f.task_id = t.id and f.attempt = t.attempt)
                        on conflict (kind, task_id, attempt) where kind <> 'DANGLING' and resolved_at is null
                        do update set last_seen_at = now(), reported_by = excluded.reported_by
                        """)
                .param("margin", seconds(MARGIN))
                .update();
    }

    /** Resolves what this search would have touched again and did not. */
    void resolveUntouched(SearchedScope search) {
        // why last seen before the search began: an older inventory may arrive after a newer one.
        statement(
                        search,
                        """
                        update leaks l set resolved_at = now(), resolution = case
                            when l.kind = 'DANGLING' and current.id is null then 'CONTAINER_GONE'
                            when l.kind = 'DANGLING' then 'ATTEMPT_CURRENT'
                            when current.state = 'RUNNING' then 'SEEN_AGAIN'
                            else 'ATTEMPT_ENDED' end
                        from leaks o left join tasks current on current.id = o.task_id and current.attempt = o.attempt
                            and current.state not in (%s)
                        where l.id = o.id and o.kind in ('DANGLING', 'PHANTOM') and o.runtime_type = :type and o.scope = :scope
                          and o.resolved_at is null and o.last_seen_at < now() - make_interval(secs => :age)
                        """
                                .formatted(StateSets.TERMINAL))
                .update();
    }

    /**
     * Resolves what was not verified before this search: the container is gone, or has become a
     * dangling one. Where nobody knows the scope, the search of the dispatcher that had the attempt
     * counts.
     */
    void settleUnverified(SearchedScope search) {
        statement(
                        search,
                        """
                        update leaks l set resolved_at = now(), last_seen_at = now(), reported_by = :by,
                            resolution = case when exists (
                                select 1 from leaks d where d.task_id = l.task_id and d.attempt = l.attempt and d.kind = 'DANGLING'
                                  and d.runtime_type = l.runtime_type and d.scope = :scope and d.resolved_at is null
                            ) then 'CONTAINER_FOUND' else 'CONTAINER_GONE' end
                        where l.kind = 'UNVERIFIED' and l.resolved_at is null and l.runtime_type = :type
                          and (l.scope = :scope or (l.scope is null and l.dispatcher_id = :by))
                          and l.first_seen_at < now() - make_interval(secs => :age)
                        """)
                .update();
    }

    /**
     * A container that is to be destroyed.
     *
     * @param isNew whether it was not ordered before
     */
    record Order(FoundContainer container, boolean isNew) {}

    /** Orders the destruction of those containers of this search that have dangled for too long. */
    List<Order> orderDestruction(SearchedScope search, Duration after, Duration unknownGrace) {
        // why equal to now(): that is what this transaction has touched.
        return statement(
                        search,
                        """
                        update leaks l set destroy_ordered_at = coalesce(l.destroy_ordered_at, now())
                        from leaks o left join tasks t on t.id = o.task_id
                        where l.id = o.id and o.kind = 'DANGLING' and o.runtime_type = :type and o.scope = :scope
                          and o.resolved_at is null and o.last_seen_at = now()
                          and o.first_seen_at <= now() - make_interval(secs =>
                              case when t.attempt >= o.attempt then :after else :unknown end)
                        returning o.task_id, o.attempt, o.container_id, o.destroy_ordered_at is null as is_new
                        """)
                .param("after", seconds(after))
                .param("unknown", seconds(unknownGrace))
                .query((row, number) ->
                        new Order(
                                new FoundContainer(
                                        new TaskId(row.getObject("task_id", UUID.class)),
                                        row.getInt("attempt"),
                                        row.getString("container_id")),
                                row.getBoolean("is_new")))
                .list();
    }

    /**
     * Opens a leak for each attempt that ended without the word of the dispatcher that had it,
     * unless its scope was searched since.
     *
     * @return whether there may be more
     */
    boolean openUnverified() {
        // why from the timeline: whatever ended it wrote its line in the same transaction, so that
        // nothing is missed when this process stops. why in order: two replicas that insert the
        // same rows wait for each other, never in a circle. why by time first: so it stands in the
        // index of such ends, and history is not read.
        return jdbc.sql(
                                """
                                insert into leaks (kind, runtime_type, scope, task_id, attempt, container_id, dispatcher_id, first_seen_at, last_seen_at)
                                select 'UNVERIFIED', t.runtime_type, place.scope, e.task_id, e.attempt, a.container_id, a.dispatcher_id, e.at, e.at
                                from task_events e
                                join tasks t on t.id = e.task_id
                                join attempts a on a.task_id = e.task_id and a.number = e.attempt
                                cross join leak_ledger ledger
                                left join dispatchers d on d.id = a.dispatcher_id
                                cross join lateral (select coalesce(a.scope, (
                                    select b ->> 'scope' from jsonb_array_elements(d.backends) b
                                    where upper(b ->> 'type') = t.runtime_type and b ->> 'scope' <> '%s' limit 1)) as scope) place
                                where %s
                                  and e.at > greatest(ledger.begun_at, ledger.looked_until, now() - make_interval(secs => :window))
                                  and not exists (select 1 from leaks l
                                                  where l.task_id = e.task_id and l.attempt = e.attempt and l.kind = 'UNVERIFIED')
                                  and not exists (select 1 from scope_inventories i
                                                  where i.runtime_type = t.runtime_type and i.scope = place.scope and i.searched_at > e.at)
                                order by e.at, e.id limit :most
                                on conflict (kind, task_id, attempt) where kind <> 'DANGLING' and resolved_at is null do nothing
                                """
                                        .formatted(
                                                BackendStatus.UNKNOWN_SCOPE,
                                                UnreportedEnds.among("e")))
                        .param("window", seconds(ResolvedLeakRemover.KEPT_FOR))
                        .param("most", BATCH)
                        .update()
                == BATCH;
    }

    /**
     * Notes that every end until a while ago has been looked after, so that it is not read again.
     *
     * @param margin longer than any transaction that ends an attempt is open: its events say when
     *     it began
     */
    void lookedAfterAllBefore(Duration margin) {
        // why not each round: nobody gains by a row that is written every five seconds.
        jdbc.sql(
                        """
                        update leak_ledger set looked_until = now() - make_interval(secs => :margin)
                        where looked_until < now() - make_interval(secs => :margin) - interval '1 minute'
                        """)
                .param("margin", seconds(margin))
                .update();
    }

    /** Resolves the phantoms whose attempts run no more, also in scopes nobody searches. */
    void resolveEndedPhantoms() {
        // why skipped when locked: an inventory is at it, and takes locks in an order of its own.
        jdbc.sql(
                        """
                        update leaks l set resolved_at = now(), resolution = 'ATTEMPT_ENDED' from (
                            select p.id from leaks p
                            where p.kind = 'PHANTOM' and p.resolved_at is null and not exists (
                                select 1 from tasks t where t.id = p.task_id and t.attempt = p.attempt and t.state = 'RUNNING')
                            for update of p skip locked
                        ) ended where l.id = ended.id
                        """)
                .update();
    }

    private JdbcClient.StatementSpec found(SearchedScope search, String sql) {
        return statement(search, sql)
                .param("found", json.writeValueAsString(search.inventory().containers()));
    }

    private JdbcClient.StatementSpec statement(SearchedScope search, String sql) {
        return jdbc.sql(sql)
                .param("type", search.inventory().type().name())
                .param("scope", search.inventory().scope())
                .param("by", search.dispatcher())
                .param("age", seconds(search.inventory().age()));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
