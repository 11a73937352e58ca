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

    /** Counter: tasks removed after the time they are kept; tag {@link #STATE}. */
    public static final String TASKS_REMOVED = "kohakku.tasks.removed";

    /** Counter: objects of removed tasks that were removed from the object store. */
    public static final String OBJECTS_REMOVED = "kohakku.objects.removed";

    /**
     * Gauge: tasks by {@link #STATE}, the terminal ones left out. From the database, as {@link
     * #LEAKS_OPEN}; counts no more than {@link #MOST_COUNTED} of a state.
     */
    public static final String TASKS = "kohakku.tasks";

    /**
     * Histogram: from acceptance to the queue, of first attempts; tags {@link #POOL}, {@link
     * #TYPE}. The waits and times below are histograms, too: see {@link Histograms}.
     */
    public static final String ADMISSION_WAIT = "kohakku.admission.wait";

    /** Histogram: from the queue to the first claim of an attempt; tags as above. */
    public static final String QUEUE_WAIT = "kohakku.queue.wait";

    /** Histogram: from the first claim of an attempt until it runs; tags as above. */
    public static final String LAUNCH_TIME = "kohakku.launch.time";

    /** Histogram: from the queue until it runs; tags as above. */
    public static final String QUEUE_TO_LAUNCH = "kohakku.queue.to.launch";

    /** Histogram: from the start of an attempt to its end; tags as above and {@link #OUTCOME}. */
    public static final String RUN_TIME = "kohakku.run.time";

    /** Histogram: from the wish to cancel until the container is verified gone; tags as above. */
    public static final String CANCEL_TIME = "kohakku.cancel.time";

    /** Counter: attempts that another one follows; tag {@link #FAILURE_KIND}. */
    public static final String RETRIES = "kohakku.retries";

    /** Summary, bytes: briefs stored. */
    public static final String BRIEFS = "kohakku.briefs";

    /**
     * Histogram: from the end of a task until its announcement is delivered or given up; tags
     * {@link #KIND}, {@link #OUTCOME}.
     */
    public static final String ANNOUNCEMENT_DELAY = "kohakku.announcement.delay";

    /** Counter: deliveries of announcements that failed and are tried again; {@link #KIND}. */
    public static final String ANNOUNCEMENT_FAILURES = "kohakku.announcement.failures";

    /**
     * Gauge: announcements that are not delivered and not given up; tag {@link #KIND}. From the
     * database, as {@link #LEAKS_OPEN}; counts no more than {@link #MOST_COUNTED}.
     */
    public static final String ANNOUNCEMENTS_WAITING = "kohakku.announcements.waiting";

    /** Gauge, seconds: the age of the oldest of these; tag {@link #KIND}. */
    public static final String ANNOUNCEMENTS_OLDEST = "kohakku.announcements.oldest";

    /**
     * Gauge: known dispatchers by {@link #STATE}: {@code live}, {@code cordoned}, {@code silent},
     * {@code left}. From the database, as {@link #LEAKS_OPEN}.
     */
    public static final String DISPATCHERS = "kohakku.dispatchers";

    /** Histogram, at a dispatcher: how long a claim took; tag {@link #OUTCOME}. */
    public static final String CLAIM_LATENCY = "kohakku.claim.latency";

    /** Histogram, at a dispatcher: from the delivery to the create request; {@link #BACKEND}. */
    public static final String LAUNCH_REQUEST_LATENCY = "kohakku.launch.request.latency";

    /** Histogram, at a dispatcher: from the delivery to the running container; as above. */
    public static final String START_LATENCY = "kohakku.start.latency";

    /** Counter, at a dispatcher: attempts it has ended; {@link #OUTCOME}, {@link #FAILURE_KIND}. */
    public static final String ATTEMPTS_ENDED = "kohakku.attempts.ended";

    /** Gauge: pulls that wait for a place. */
    public static final String PULLS_WAITING = "kohakku.pulls.waiting";

    /** Gauge: pulls under way. */
    public static final String PULLS_RUNNING = "kohakku.pulls.running";

    /** Histogram: how long a pull took, its retries included; tag {@link #OUTCOME}. */
    public static final String PULL_TIME = "kohakku.pull.time";

    /** Gauge, seconds: since when a dispatcher's lease was not renewed; not a number before. */
    public static final String LEASE_AGE = "kohakku.lease.age";

    /** Counter: reports that the Controller did not take; they are sent again. */
    public static final String REPORT_FAILURES = "kohakku.report.failures";

    /** How far gauges count that would otherwise cost what waits. */
    public static final int MOST_COUNTED = 100_000;

    /** Gauge: rows waiting in the outbox, as far as they are counted. */
    public static final String OUTBOX_ROWS = "kohakku.outbox.rows";

    /**
     * Gauge: tasks that nobody has claimed yet; tags {@link #POOL}, {@link #TYPE}, {@link
     * #PRIORITY}. From the database, as all of demand.
     */
    public static final String DEMAND_WAITING = "kohakku.demand.waiting";

    /**
     * Gauge, seconds: how long the oldest of them has waited; tags {@link #POOL}, {@link #TYPE}.
     */
    public static final String DEMAND_OLDEST = "kohakku.demand.oldest";

    /** Gauge: tasks that a dispatcher owns; tags {@link #POOL}, {@link #TYPE}. */
    public static final String DEMAND_RUNNING = "kohakku.demand.running";

    /** Gauge: what the live dispatchers work on at most; tags {@link #POOL}, {@link #TYPE}. */
    public static final String DEMAND_CAPACITY = "kohakku.demand.capacity";

    /** Gauge: how many dispatchers a pool wants, without bounds; tag {@link #POOL}. */
    public static final String DEMAND_WANTED_INSTANCES = "kohakku.demand.wanted.instances";

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

    /**
     * Gauge: dispatchers that are silent together, so that the way to the Controllers is to blame;
     * 0 while most are heard. From the database, as {@link #LEAKS_OPEN}.
     */
    public static final String DISPATCHERS_CUT_OFF = "kohakku.dispatchers.cut.off";

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

    /** Gauge: background jobs that run now; tag {@link #QUEUE}. From the database, as the next. */
    public static final String JOBS_RUNNING = "kohakku.jobs.running";

    /** Gauge: background jobs whose last run failed; tag {@link #QUEUE}. */
    public static final String JOBS_FAILING = "kohakku.jobs.failing";

    /** Gauge: background jobs that nobody has begun in time; tag {@link #QUEUE}. */
    public static final String JOBS_OVERDUE = "kohakku.jobs.overdue";

    /** Gauge, seconds: how far the process's clock is ahead of the one it is compared with. */
    public static final String CLOCK_OFFSET = "kohakku.clock.offset";

    /** Gauge, seconds: the age of a loop's last round; tag {@link #LOOP}. Grows when it hangs. */
    public static final String LOOP_AGE = "kohakku.loop.age";

    /** Gauge: a loop's failures in a row; tag {@link #LOOP}. */
    public static final String LOOP_FAILURES = "kohakku.loop.failures";

    /** Gauge: 1 while the Redis of a {@link #ROLE} answers. */
    public static final String REDIS_ROLE_UP = "kohakku.redis.role.up";

    /** Gauge: 0 while the Redis of a {@link #ROLE} would lose what it is given. */
    public static final String REDIS_ROLE_FIT = "kohakku.redis.role.fit";

    /** Gauge, bytes: what the Redis of a {@link #ROLE} uses. */
    public static final String REDIS_MEMORY_USED = "kohakku.redis.memory.used";

    /** Gauge, bytes: what the Redis of a {@link #ROLE} may use, 0 for no limit. */
    public static final String REDIS_MEMORY_MOST = "kohakku.redis.memory.max";

    /** Gauge, 1: the {@link #POLICY} of the Redis of a {@link #ROLE}. */
    public static final String REDIS_POLICY = "kohakku.redis.policy";

    /** Gauge: 1 while reads go to the replica of Postgres named by {@link #SERVER}. */
    public static final String REPLICA_FIT = "kohakku.replica.fit";

    /** Gauge, seconds: how far that replica was behind the primary when that was last known. */
    public static final String REPLICA_LAG = "kohakku.replica.lag";

    /** Counter: reads a replica might answer, by the {@link #SERVER} that did. */
    public static final String REPLICA_READS = "kohakku.replica.reads";

    /** Tag: {@code primary}, or a replica by its place in {@code POSTGRES_REPLICA_URLS}. */
    public static final String SERVER = "server";

    /** Tag: {@code queue}, {@code state} or {@code cache}. */
    public static final String ROLE = "role";

    /** Tag: what a Redis does when its memory is full. */
    public static final String POLICY = "policy";

    /** Tag: a task's state in lower case. */
    public static final String STATE = "state";

    /** Tag: a pool; those that dispatchers have, so few. */
    public static final String POOL = "pool";

    /** Tag: a runtime type in lower case. */
    public static final String TYPE = "type";

    /** Tag: how it went, in lower case. */
    public static final String OUTCOME = "outcome";

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

    /** Tag: a task's priority, 0 to 9. */
    public static final String PRIORITY = "priority";

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
