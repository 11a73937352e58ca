package dev.kohakku.controller.fleet;

import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Keeps in mind since when dispatchers have had somebody to talk to. While no process with the role
 * {@code api} is there, none of them can renew its lease and none is to blame. So whoever calls a
 * dispatcher silent for a time asks first whether it could have been heard for that time.
 *
 * <p>It is one row in Postgres that every such process renews: a start, a pause, a time without
 * Postgres and a time in which only workers lived all show as a gap, whoever looks.
 */
@Component
public class ApiPresence {

    /** How often the row is renewed, as a share of the gap: a late renewal or two make none. */
    private static final int RENEWALS_PER_GAP = 5;

    private final JdbcClient jdbc;
    private final Duration gap;

    ApiPresence(JdbcClient jdbc, FleetProperties properties) {
        this.jdbc = jdbc;
        this.gap = properties.presenceGap();
    }

    /** This process can be reached. Safe in any number of processes at once. */
    void renew() {
        jdbc.sql(
                        """
                        insert into api_presence as p default values
                        on conflict (only_row) do update set seen_at = now(),
                            since = case when p.seen_at < now() - make_interval(secs => :gap) then now() else p.since end
                        """)
                .param("gap", seconds(gap))
                .update();
    }

    /** How often {@link #renew} is to be called. */
    Duration interval() {
        return gap.dividedBy(RENEWALS_PER_GAP);
    }

    /**
     * A condition of SQL: whether there has been somebody without a gap until now, for as many
     * seconds as the parameter {@code :heard} says. To stand in the very statement that calls a
     * dispatcher silent, for between two statements the process may be paused.
     */
    public String lasts() {
        return """
        exists (select 1 from api_presence
                where seen_at > now() - make_interval(secs => %s) and since <= now() - make_interval(secs => :heard))
        """
                .formatted(seconds(gap));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
