package dev.kohakku.controller.fleet;

import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Keeps in mind since when dispatchers have had somebody to talk to, and since when any of them was
 * heard. While no process with the role {@code api} is there, none of them can renew its lease and
 * none is to blame; while none at all is heard, the way to the Controllers may be. So whoever calls
 * a dispatcher silent for a time asks first what that time was like ({@link Silence}).
 *
 * <p>It is one row in Postgres that every such process renews: a start, a pause, a time without
 * Postgres and a time in which only workers lived all show as a gap, whoever looks.
 */
@Component
public class ApiPresence {

    /** How often the row is renewed, as a share of the gap: a late renewal or two make none. */
    private static final int RENEWALS_PER_GAP = 5;

    /** The row is renewed by what was heard, not by who looked: a late look makes no gap. */
    private static final String HEARD =
            """
            heard_at = greatest(p.heard_at, (select max(heartbeat_at) from dispatchers)),
            heard_since = case when (select max(heartbeat_at) from dispatchers) > p.heard_at + make_interval(secs => :gap)
                               then now() else p.heard_since end
            """;

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
                            since = case when p.seen_at < now() - make_interval(secs => :gap) then now() else p.since end,
                            %s
                        """
                                .formatted(HEARD))
                .param("gap", seconds(gap))
                .update();
    }

    /**
     * Keeps in mind that dispatchers were heard, as far as their heartbeats say so. Safe in any
     * number of processes at once; whoever judges calls it too, so that no older Controller has to.
     */
    void listen() {
        jdbc.sql("update api_presence as p set %s".formatted(HEARD))
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
        return lasts("heard");
    }

    /** The same for as many seconds as another parameter says. */
    String lasts(String parameter) {
        return lasts("seen_at", "since", parameter);
    }

    /**
     * A condition of SQL: whether dispatchers, whichever, have been heard without a gap until now,
     * for as many seconds as the parameter {@code :heard} says.
     */
    public String hears() {
        return lasts("heard_at", "heard_since", "heard");
    }

    private String lasts(String latest, String since, String parameter) {
        return """
        exists (select 1 from api_presence
                where %s > now() - make_interval(secs => %s) and %s <= now() - make_interval(secs => :%s))
        """
                .formatted(latest, seconds(gap), since, parameter);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
