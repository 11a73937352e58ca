package dev.kohakku.controller.fleet;

import java.time.Duration;
import org.springframework.stereotype.Component;

/**
 * Whether the silence of a dispatcher is its own. Its lease may also have expired because nobody
 * was there to hear it, or because the way to the Controllers is cut (a dead balancer, a network, a
 * certificate): then others fall silent with it, and none of them is to blame.
 *
 * <p>It is gone when Controllers were there, its lease has expired, and one of these holds:
 *
 * <ul>
 *   <li>it has said farewell;
 *   <li>others are heard, without a gap for the whole time that is judged, and at least as many as
 *       fell silent together with it;
 *   <li>its own address, where this very process has answered before, has refused every connection
 *       for the whole time that is judged: nobody listens there any more;
 *   <li>nobody was heard and its address has not answered either, for the much longer time after
 *       which a cut is no longer waited for.
 * </ul>
 *
 * A dispatcher that answers at its own address while no other is heard is not gone, however long
 * that lasts.
 */
@Component
public class Silence {

    private final ApiPresence presence;
    private final FleetProperties properties;

    Silence(ApiPresence presence, FleetProperties properties) {
        this.presence = presence;
        this.properties = properties;
    }

    /**
     * The beginning of a statement: {@code fleet} is every dispatcher, and {@code gone} whether it
     * is. The time that is judged is the parameter {@code :heard}, the longer one {@code :unheard},
     * both in seconds. It belongs into the very statement that acts on it, for between two
     * statements the process may be paused.
     */
    public String judged() {
        return """
        with fleet as materialized (
            select d.id, d.lease_expires_at, d.left_at, d.draining, d.backends, d.backends_since, d.backends_beats,
                   case when d.lease_expires_at > now() then false
                        when d.left_at is not null then %1$s
                        else %1$s and ((%2$s and %3$s) or %4$s or %5$s) end as gone
            from dispatchers d)
        """
                .formatted(
                        presence.lasts(),
                        presence.hears(),
                        othersAreHeard(),
                        isRefused(),
                        isUnheard());
    }

    /**
     * Those heard count only once they were heard when this one should have been: at the moment the
     * way is cut, the last to be heard looks like the only one alive.
     */
    private String othersAreHeard() {
        return """
        (select count(*) filter (where o.lease_expires_at > now()
                                   and o.heartbeat_at > d.lease_expires_at - make_interval(secs => %1$s))
                >= greatest(1, count(*) filter (where o.lease_expires_at <= now()
                                   and abs(extract(epoch from o.lease_expires_at - d.lease_expires_at)) <= %1$s))
         from dispatchers o where o.left_at is null)
        """
                .formatted(seconds(properties.heartbeatEvery()));
    }

    private String isRefused() {
        return """
        coalesce(d.answered_at is not null and d.refused_since >= d.heartbeat_at
                 and d.refused_since <= now() - make_interval(secs => :heard)
                 and d.probed_at > now() - make_interval(secs => %s), false)
        """
                .formatted(seconds(properties.lease()));
    }

    private String isUnheard() {
        return """
        (%s and d.lease_expires_at <= now() - make_interval(secs => :unheard)
         and coalesce(d.answered_at <= now() - make_interval(secs => :unheard), true)
         and d.probed_at > now() - make_interval(secs => %s))
        """
                .formatted(presence.lasts("unheard"), seconds(properties.lease()));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
