package dev.kohakku.controller.testing;

import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Since when dispatchers had somebody to talk to, as a database under test has it. The context's
 * own loop goes on renewing it: what a test sets holds for the calls that follow at once, and a gap
 * is ended by that loop at the latest two seconds later, as after a start.
 */
public final class TestingPresence {

    private final JdbcClient jdbc;

    public TestingPresence(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** There has been somebody for so long, until now. */
    public void lasting(Duration time) {
        set(time, Duration.ZERO);
    }

    /** There was somebody for a day, until so long ago. */
    public void lastSeen(Duration ago) {
        set(ago.plusDays(1), ago);
    }

    /** Dispatchers were heard for a day, until so long ago; somebody was there all the time. */
    public void lastHeard(Duration ago) {
        jdbc.sql(
                        """
                        update api_presence set since = now() - interval '1 day', seen_at = now(),
                            heard_since = now() - interval '1 day', heard_at = now() - make_interval(secs => :ago)
                        """)
                .param("ago", ago.toMillis() / 1000.0)
                .update();
    }

    private void set(Duration since, Duration seen) {
        jdbc.sql(
                        """
                        update api_presence set since = now() - make_interval(secs => :since), seen_at = now() - make_interval(secs => :seen),
                            heard_since = now() - make_interval(secs => :since), heard_at = now() - make_interval(secs => :seen)
                        """)
                .param("since", since.toMillis() / 1000.0)
                .param("seen", seen.toMillis() / 1000.0)
                .update();
    }
}
