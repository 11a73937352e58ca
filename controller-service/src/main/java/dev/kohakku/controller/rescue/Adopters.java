package dev.kohakku.controller.rescue;

import dev.kohakku.controller.task.StateSets;

/** Who could watch a container whose owner cannot, as SQL asks for it. */
public final class Adopters {

    /**
     * Live dispatchers that are not on their way out and have a healthy backend where the container
     * is. One that is merely cordoned may: it lives. A query of their {@code id}s for a task {@code
     * t} and its attempt {@code a}.
     */
    static final String ANY =
            """
            select c.id from dispatchers c
            where c.id is distinct from t.dispatcher_id
              and c.lease_expires_at > now() and c.left_at is null and not c.draining
              and c.backends @> jsonb_build_array(
                      jsonb_build_object('type', lower(t.runtime_type), 'scope', a.scope, 'healthy', true))
            """;

    /**
     * The same in the order in which they are taken: the one with most slots free first, less what
     * it was handed and has not claimed yet.
     */
    public static final String BEST_FIRST =
            ANY
                    + """
                    order by c.free_slots - (select count(*) from tasks h
                                             where h.dispatcher_id = c.id and h.dispatcher_instance is null and h.state in (%s)) desc,
                             c.id
                    """
                            .formatted(StateSets.OWNED);

    private Adopters() {}
}
