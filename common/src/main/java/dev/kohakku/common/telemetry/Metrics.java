package dev.kohakku.common.telemetry;

import dev.kohakku.common.loop.BackgroundLoop;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;

import java.util.concurrent.TimeUnit;

/**
 * Names of meters, in Micrometer's dotted form; Prometheus shows {@code kohakku.tasks.accepted} as
 * {@code kohakku_tasks_accepted_total}. Tags are few-valued: never a task's id.
 */
public final class Metrics {

    /** Counter: tasks accepted. */
    public static final String TASKS_ACCEPTED = "kohakku.tasks.accepted";

    /** Counter: tasks that reached a terminal state; tags {@link #STATE}, {@link #FAILURE_KIND}. */
    public static final String TASKS_ENDED = "kohakku.tasks.ended";

    /** Gauge: tasks by {@link #STATE}, the terminal ones left out. */
    public static final String TASKS = "kohakku.tasks";

    /** Timer: from acceptance to the queue. */
    public static final String ENQUEUE_LATENCY = "kohakku.enqueue.latency";

    /** Timer: from the claim to the running container; tag {@link #BACKEND}. */
    public static final String START_LATENCY = "kohakku.start.latency";

    /** Gauge: rows waiting in the outbox. */
    public static final String OUTBOX_ROWS = "kohakku.outbox.rows";

    /** Gauge: entries on a queue; tag {@link #QUEUE}. */
    public static final String QUEUE_DEPTH = "kohakku.queue.depth";

    /** Counter: entries sent to the dead letters; tag {@link #QUEUE}. */
    public static final String QUEUE_DEAD_LETTERS = "kohakku.queue.dead.letters";

    /**
     * Gauge: dead letters that nobody has redriven; tag {@link #KIND}. From the database, as {@link
     * #LEAKS_OPEN}.
     */
    public static final String DEAD_LETTERS_OPEN = "kohakku.dead.letters.open";

    /** Counter: writes refused by the fence. */
    public static final String FENCED_WRITES = "kohakku.fenced.writes";

    /**
     * Gauge: cancels that nobody has confirmed within what is promised. From the database, as
     * {@link #LEAKS_OPEN}.
     */
    public static final String CANCELS_OVERDUE = "kohakku.cancels.overdue";

    /** Counter: attempts given to another owner; tag {@link #CAUSE}. */
    public static final String HAND_OVERS = "kohakku.hand.overs";

    /** Gauge: attempts a dispatcher works on. */
    public static final String ATTEMPTS_RUNNING = "kohakku.attempts.running";

    /** Gauge: slots a dispatcher has free. */
    public static final String SLOTS_FREE = "kohakku.slots.free";

    /**
     * Gauge: open leaks; tag {@link #KIND}. From the database: every replica of the Controller
     * shows the same, so take the maximum, not the sum.
     */
    public static final String LEAKS_OPEN = "kohakku.leaks.open";

    /**
     * Counter: for how many seconds containers have been there whose attempts were over, added up.
     * From the database, as {@link #LEAKS_OPEN}.
     */
    public static final String LEAKED_CONTAINER_SECONDS = "kohakku.leaked.container.seconds";

    /** Gauge, seconds: the age of a loop's last round; tag {@link #LOOP}. Grows when it hangs. */
    public static final String LOOP_AGE = "kohakku.loop.age";

    /** Gauge: a loop's failures in a row; tag {@link #LOOP}. */
    public static final String LOOP_FAILURES = "kohakku.loop.failures";

    /** Gauge: 1 while the Redis of a {@link #ROLE} answers. */
    public static final String REDIS_ROLE_UP = "kohakku.redis.role.up";

    /** Gauge: 0 while the Redis of a {@link #ROLE} would lose what it is given. */
    public static final String REDIS_ROLE_FIT = "kohakku.redis.role.fit";

    /** Gauge, bytes: what the Redis of a {@link #ROLE} uses. */
    public static final String REDIS_MEMORY_USED = "kohakku.redis.memory.used.bytes";

    /** Gauge, bytes: what the Redis of a {@link #ROLE} may use, 0 for no limit. */
    public static final String REDIS_MEMORY_MOST = "kohakku.redis.memory.max.bytes";

    /** Gauge, 1: the {@link #POLICY} of the Redis of a {@link #ROLE}. */
    public static final String REDIS_POLICY = "kohakku.redis.policy";

    /** Tag: {@code queue}, {@code state} or {@code cache}. */
    public static final String ROLE = "role";

    /** Tag: what a Redis does when its memory is full. */
    public static final String POLICY = "policy";

    /** Tag: a task's state in lower case. */
    public static final String STATE = "state";

    /** Tag: a failure's kind in lower case, {@code none} where there is none. */
    public static final String FAILURE_KIND = "failure_kind";

    /** Tag: a backend's type in lower case. */
    public static final String BACKEND = "backend";

    /** Tag: a stream's name. */
    public static final String QUEUE = "queue";

    /** Tag: the kind of a leak or a dead letter in lower case. */
    public static final String KIND = "kind";

    /** Tag: why, in lower case. */
    public static final String CAUSE = "cause";

    /** Tag: a loop's name. */
    public static final String LOOP = "loop";

    private Metrics() {}

    /** Lets a registry watch a loop. Idempotent; does not keep the loop alive. */
    public static void watch(MeterRegistry registry, BackgroundLoop loop) {
        TimeGauge.builder(
                        LOOP_AGE,
                        loop,
                        TimeUnit.NANOSECONDS,
                        watched -> watched.sinceLastRound().toNanos())
                .tag(LOOP, loop.name())
                .register(registry);
        Gauge.builder(LOOP_FAILURES, loop, BackgroundLoop::failures)
                .tag(LOOP, loop.name())
                .register(registry);
    }
}
