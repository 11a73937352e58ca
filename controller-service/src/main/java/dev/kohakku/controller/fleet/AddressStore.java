package dev.kohakku.controller.fleet;

import dev.kohakku.controller.task.StateSets;
import java.time.Duration;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The SQL of what dispatchers say at their own addresses. */
@Component
class AddressStore {

    /** One whose address has never answered is asked so often while it is heard. */
    private static final Duration WHILE_HEARD = Duration.ofMinutes(1);

    /** One that was silent for so long and owns nothing is nobody's concern. */
    private static final Duration CONCERN = Duration.ofDays(1);

    private static final int MOST = 200;

    private static final String CONCERNED =
            """
            (d.left_at is null
             and (d.lease_expires_at > now() - make_interval(secs => :concern)
                  or exists (select 1 from tasks t where t.dispatcher_id = d.id and t.state in (%s))))
            """
                    .formatted(StateSets.OWNED);

    private final JdbcClient jdbc;
    private final FleetProperties properties;

    AddressStore(JdbcClient jdbc, FleetProperties properties) {
        this.jdbc = jdbc;
        this.properties = properties;
    }

    /**
     * Somebody to ask.
     *
     * @param instance the process that is to answer
     */
    record Address(String id, String instance, String url) {}

    /**
     * Those that are to be asked now: the silent ones, and those whose address has never answered.
     * Whoever gets them asks; nobody else gets them for a while.
     */
    List<Address> take() {
        return jdbc.sql(
                        """
                        update dispatchers set probed_at = now() where id in (
                            select d.id from dispatchers d
                            where %s
                              and ((d.lease_expires_at <= now()
                                    and coalesce(d.probed_at <= now() - make_interval(secs => :silent), true))
                                   or (d.answered_at is null
                                       and coalesce(d.probed_at <= now() - make_interval(secs => :heard), true)))
                            order by d.probed_at nulls first limit :most for update skip locked)
                        returning id, instance, url
                        """
                                .formatted(CONCERNED))
                .param("concern", seconds(CONCERN))
                .param("silent", seconds(properties.heartbeatEvery()) * 0.8)
                .param("heard", seconds(WHILE_HEARD))
                .param("most", MOST)
                .query((row, number) ->
                        new Address(
                                row.getString("id"),
                                row.getString("instance"),
                                row.getString("url")))
                .list();
    }

    /** Keeps in mind what was said there, if the process is still the one that has the id. */
    void record(Address address, Answer answer) {
        jdbc.sql(
                        """
                        update dispatchers
                        set probed_at = now(),
                            answered_at = case when :answers then now() else answered_at end,
                            refused_since = case when not :refused then null
                                                 when refused_since >= heartbeat_at then refused_since else now() end
                        where id = :id and instance = :instance
                        """)
                .param("answers", answer == Answer.ITSELF)
                .param("refused", answer == Answer.REFUSED)
                .param("id", address.id())
                .param("instance", address.instance())
                .update();
    }

    /** What an address says. */
    enum Answer {
        /** The process that has the id answers. */
        ITSELF,
        /** The machine answers that nobody listens. */
        REFUSED,
        /** Anything else: no answer, somebody else's, no way there. */
        NONE
    }

    /**
     * How much of the fleet is heard.
     *
     * @param heard dispatchers with a live lease
     * @param silent those without, though Controllers were there for a whole lease
     * @param answering silent ones that answer at their own address
     */
    record Hearing(int heard, int silent, int answering) {

        /** Whether the way to the Controllers is to blame, rather than the dispatchers. */
        boolean isCut() {
            return silent > 0 && silent > heard && (heard == 0 || silent > 1);
        }
    }

    Hearing hearing(String couldBeHeard) {
        return jdbc.sql(
                        """
                        select count(*) filter (where d.lease_expires_at > now()) as heard,
                               count(*) filter (where d.lease_expires_at <= now() and %s) as silent,
                               count(*) filter (where d.lease_expires_at <= now() and d.answered_at > d.lease_expires_at
                                                  and d.answered_at >= now() - make_interval(secs => :recently)) as answering
                        from dispatchers d where %s
                        """
                                .formatted(couldBeHeard, CONCERNED))
                .param("concern", seconds(CONCERN))
                .param("heard", seconds(properties.lease()))
                .param("recently", seconds(properties.lease()))
                .query((row, number) ->
                        new Hearing(
                                row.getInt("heard"), row.getInt("silent"), row.getInt("answering")))
                .single();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
