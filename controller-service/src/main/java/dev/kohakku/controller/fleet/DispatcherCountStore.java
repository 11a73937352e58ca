package dev.kohakku.controller.fleet;

import java.util.HashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The SQL that counts dispatchers. */
@Component
class DispatcherCountStore {

    private static final String COUNT =
            """
            select case when left_at is not null then 'left'
                        when lease_expires_at <= now() then 'silent'
                        when cordoned_at is not null then 'cordoned'
                        else 'live' end as state,
                   count(*) as dispatchers
            from dispatchers group by 1
            """;

    private final JdbcClient jdbc;

    DispatcherCountStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** By what each is: a cordoned one that is silent counts as silent. */
    Map<String, Long> counts() {
        var counts = new HashMap<String, Long>();
        jdbc.sql(COUNT)
                .query(row -> {
                    counts.put(row.getString("state"), row.getLong("dispatchers"));
                });
        return counts;
    }
}
