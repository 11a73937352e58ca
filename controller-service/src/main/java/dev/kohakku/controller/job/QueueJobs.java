package dev.kohakku.controller.job;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.kohakku.controller.role.Roles;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import javax.sql.DataSource;

/**
 * Does the jobs of one queue in this process, together with every other process that does. Not one
 * of them is done by two at once, unless one of them was paused for longer than a worker may be
 * silent.
 */
final class QueueJobs implements AutoCloseable {

    /** There is one row of each job. */
    private static final String INSTANCE = "one";

    /** How many rounds follow each other before other jobs have a chance. */
    private static final int ROUNDS_AT_ONCE = 20;

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);

    /** How long a stop lets jobs end by themselves before it interrupts. */
    private static final Duration COURTESY = Duration.ofSeconds(1);

    private static final int HOUSEKEEPERS = 3;

    private final JobStore store;
    private final Scheduler scheduler;

    /**
     * @param concurrency how many jobs this process does at once
     * @param worker what this process is called where its jobs are shown
     */
    QueueJobs(
            DataSource dataSource,
            JobStore store,
            Roles.Queue queue,
            List<Job> jobs,
            int concurrency,
            JobProperties properties,
            String worker) {
        this.store = store;
        var threads = threads(queue);
        // why the customization is given: else it would ask the database before anybody starts it.
        this.scheduler =
                Scheduler.create(dataSource)
                        .startTasks(jobs.stream().map(this::task).toList())
                        .tableName(JobStore.tableOf(queue))
                        .jdbcCustomization(new PostgreSqlJdbcCustomization(false, true))
                        .schedulerName(new SchedulerName.Fixed(worker))
                        .threads(concurrency)
                        .executorService(Executors.newFixedThreadPool(concurrency, threads))
                        .dueExecutor(Executors.newSingleThreadExecutor(threads))
                        .housekeeperExecutor(
                                Executors.newScheduledThreadPool(HOUSEKEEPERS, threads))
                        // why all of them: a job that is picked has a thread, and waits for none.
                        .pollUsingLockAndFetch(0.5, 1.0)
                        .enableImmediateExecution()
                        .pollingInterval(properties.pollEvery())
                        .heartbeatInterval(properties.heartbeatEvery())
                        .missedHeartbeatsLimit(JobProperties.MISSED_HEARTBEATS)
                        .shutdownMaxWait(COURTESY)
                        .build();
    }

    private static ThreadFactory threads(Roles.Queue queue) {
        return Thread.ofVirtual().name("jobs-" + queue.word() + "-", 0).factory();
    }

    private CustomTask<Void> task(Job job) {
        return Tasks.custom(job.name(), Void.class)
                .scheduleOnStartup(INSTANCE, null, now -> now)
                .onFailure((done, row) -> retry(job, done, row))
                .onDeadExecutionRevive()
                .execute((instance, context) -> run(job));
    }

    private CompletionHandler<Void> run(Job job) {
        store.begun(job);
        var more = true;
        for (var round = 0; more && round < ROUNDS_AT_ONCE; round++) {
            more = job.step().run();
        }
        var pause = more ? Duration.ZERO : job.interval();
        return (done, row) -> row.reschedule(done, done.getTimeDone().plus(pause));
    }

    private void retry(Job job, ExecutionComplete done, ExecutionOperations<Void> row) {
        var doubled = FIRST_RETRY.multipliedBy(1L << Math.min(20, failuresBefore(done)));
        var longest = job.interval().compareTo(LONGEST_RETRY) > 0 ? job.interval() : LONGEST_RETRY;
        var pause = doubled.compareTo(longest) < 0 ? doubled : longest;
        row.reschedule(done, done.getTimeDone().plus(pause));
        done.getCause().ifPresent(cause -> store.failed(job, cause.toString()));
    }

    private static int failuresBefore(ExecutionComplete done) {
        return done.getExecution().consecutiveFailures;
    }

    /** Puts rows there for jobs that have none, and begins. Blocks for as long as the database. */
    void start() {
        scheduler.start();
    }

    /** Blocks until nothing runs any more: two seconds or so, whatever a job does. */
    @Override
    public void close() {
        scheduler.stop();
    }
}
