package dev.kohakku.controller.leak;

import dev.kohakku.common.task.Epoch;
import java.sql.Types;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The SQL that closes leaks by the word of a person. Each method is one statement. */
@Component
class AcknowledgementStore {

    /**
     * For how long a search speaks for its scope. Much longer than from one search to the next, so
     * that a leak somebody searches for is left to the search.
     */
    static final Duration SEARCH_COUNTS_FOR = Duration.ofMinutes(2);

    private final JdbcClient jdbc;

    AcknowledgementStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Keeps inventories out of the scope of a leak until the transaction ends. */
    void lockScope(LeakView leak) {
        jdbc.sql(
                        """
                        select 1 from scope_inventories where runtime_type = :type and scope = :scope for update
                        """)
                .param("type", leak.runtimeType().name())
                .param("scope", leak.scope(), Types.VARCHAR)
                .query()
                .listOfRows();
    }

    /**
     * A leak that was closed.
     *
     * @param epoch of its attempt; null where the attempt is not known
     */
    record Closed(@Nullable Epoch epoch) {}

    /**
     * Closes a leak that is open, unless it is about a container and its scope was searched of
     * late: then the search speaks. What nobody has verified may be closed at any time.
     */
    Optional<Closed> closeUnlessSearched(String reference, String actor, @Nullable String note) {
        return jdbc.sql(
                        """
                        update leaks l set resolved_at = now(), resolution = 'ACKNOWLEDGED', resolved_by = :actor, note = :note
                        where 'l' || l.id = :reference and l.resolved_at is null
                          and (l.kind = 'UNVERIFIED' or (
                              l.last_seen_at < now() - make_interval(secs => :counts)
                              and not exists (
                                  select 1 from scope_inventories i
                                  where i.runtime_type = l.runtime_type and i.scope = l.scope
                                    and i.searched_at >= now() - make_interval(secs => :counts))))
                        returning (select a.epoch from attempts a where a.task_id = l.task_id and a.number = l.attempt) as epoch
                        """)
                .param("reference", reference)
                .param("actor", actor)
                .param("note", note, Types.VARCHAR)
                .param("counts", (double) SEARCH_COUNTS_FOR.toSeconds())
                .query((row, number) -> {
                    var epoch = row.getObject("epoch", Long.class);
                    return new Closed(epoch == null ? null : new Epoch(epoch));
                })
                .optional();
    }
}
