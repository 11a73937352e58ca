package dev.kohakku.controller.role;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import java.time.Duration;
import java.util.Set;

/**
 * A loop of processes that work in the background and take work of its queue.
 *
 * @param loop not started
 * @param queue what kind of work it does
 * @param wokenBy what ends its pause, said by {@link Wakes} of any process
 */
public record WorkerLoop(BackgroundLoop loop, Roles.Queue queue, Set<Topic> wokenBy)
        implements RoleLoop {

    private static final Duration SHORTEST_BACK_OFF = Duration.ofSeconds(10);

    public WorkerLoop {
        wokenBy = Set.copyOf(wokenBy);
    }

    /** A loop that only its interval wakes. */
    public WorkerLoop(BackgroundLoop loop, Roles.Queue queue) {
        this(loop, queue, Set.of());
    }

    /** A loop that cleans up: it backs off to its interval, to ten seconds at least. */
    public static WorkerLoop cleanup(String name, Duration interval, BackgroundLoop.Step step) {
        var longest = interval.compareTo(SHORTEST_BACK_OFF) > 0 ? interval : SHORTEST_BACK_OFF;
        return new WorkerLoop(
                new BackgroundLoop(name, new Rhythm(interval, 0.1, longest), step),
                Roles.Queue.CLEANUP);
    }

    @Override
    public boolean runsAs(Roles roles) {
        return roles.works(queue);
    }
}
