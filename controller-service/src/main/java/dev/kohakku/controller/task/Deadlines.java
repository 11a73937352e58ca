package dev.kohakku.controller.task;

import dev.kohakku.common.task.TaskSpec;
import java.time.Duration;

/** How long states that wait for somebody may last. */
public final class Deadlines {

    /** How long a task without {@code queue_timeout_seconds} may wait: nothing waits for ever. */
    public static final Duration LONGEST_WAIT = Duration.ofDays(30);

    /**
     * How long an owner has to end a container that is cancelled: the ten seconds between TERM and
     * KILL, and ten to see it gone. It is the promise of a cancel, so what takes longer is an
     * alarm.
     */
    public static final Duration CANCELLING = Duration.ofSeconds(20);

    private Deadlines() {}

    /** How long this task may be {@code PENDING} or {@code QUEUED}. */
    public static Duration waiting(TaskSpec spec) {
        var queue = spec.timeouts().queue();
        return queue == null ? LONGEST_WAIT : queue;
    }
}
