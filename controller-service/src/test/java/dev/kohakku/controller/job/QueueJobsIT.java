package dev.kohakku.controller.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.kohakku.controller.role.Roles;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Workers that share one database. */
@ControllerTest
class QueueJobsIT {

    private static final Roles.Queue QUEUE = Roles.Queue.DISPATCH;
    private static final Duration RARELY = Duration.ofHours(1);
    private static final JobProperties QUICK =
            new JobProperties(Duration.ofMillis(50), Duration.ofMillis(250));

    @Autowired Environment environment;
    @Autowired HikariDataSource postgres;
    @Autowired JdbcClient jdbc;
    @Autowired JobStore store;
    final List<QueueJobs> workers = new ArrayList<>();

    @BeforeEach
    @AfterEach
    void clear() {
        workers.forEach(QueueJobs::close);
        for (var queue : Roles.Queue.values()) {
            jdbc.sql("delete from " + JobStore.tableOf(queue)).update();
        }
    }

    private QueueJobs worker(
            String name, Roles.Queue queue, int concurrency, JobProperties pace, Job... jobs) {
        var worker =
                new QueueJobs(postgres, store, queue, Arrays.asList(jobs), concurrency, pace, name);
        workers.add(worker);
        worker.start();
        return worker;
    }

    private static void await(Semaphore permits, int count) throws InterruptedException {
        assertThat(permits.tryAcquire(count, 60, TimeUnit.SECONDS)).isTrue();
    }

    /** Long enough for another thread to be seen inside. */
    private void roundTrip() {
        var answer = jdbc.sql("select 1 from pg_sleep(0.002)").query(Integer.class).single();
        assertThat(answer).isOne();
    }

    private JobView shown(String name) {
        return store.list().stream().filter(job -> job.name().equals(name)).findFirst().get();
    }

    @Test
    void whatTwoWorkersKnowRunsOnceWheneverItIsDueAndNeverInBothAtOnce() throws Exception {
        var ran = new Semaphore(0);
        var inside = new AtomicInteger();
        var together = new AtomicInteger();
        Job.Step step =
                () -> {
                    together.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    roundTrip();
                    inside.decrementAndGet();
                    ran.release();
                    return false;
                };
        var often = new Job("often", QUEUE, Duration.ofMillis(5), step);
        var rare = new AtomicInteger();
        var once =
                new Job(
                        "once",
                        QUEUE,
                        RARELY,
                        () -> {
                            rare.incrementAndGet();
                            return false;
                        });

        worker("a", QUEUE, 2, QUICK, often, once);
        worker("b", QUEUE, 2, QUICK, often, once);
        await(ran, 30);

        assertThat(together).as("how many did it at once").hasValue(1);
        assertThat(rare).hasValue(1);
        assertThat(shown("once").nextRunAt()).isAfter(shown("once").lastSuccessAt());
    }

    @Test
    void aWorkerThatDiesInTheMiddleLosesItsJobToAnother() throws Exception {
        var began = new Semaphore(0);
        var job =
                new Job(
                        "orphan",
                        QUEUE,
                        RARELY,
                        () -> {
                            began.release();
                            return false;
                        });
        worker("before", QUEUE, 1, QUICK, job).close();
        began.drainPermits();
        // as a kill leaves it: picked, and nobody says any more that he has it.
        jdbc.sql(
                        """
                        update jobs_dispatch set picked = true, picked_by = 'dead', started_at = now(),
                               last_heartbeat = now(), execution_time = now()
                        """)
                .update();
        var held = shown("orphan");

        worker("heir", QUEUE, 1, QUICK, job);
        await(began, 1);

        assertThat(held.runningAt()).isEqualTo("dead");
        assertThat(held.runningSince()).isNotNull();
        assertThat(held.nextRunAt()).isNull();
    }

    @Test
    void aQueueWhoseJobsHangDelaysNoOther() throws Exception {
        var hangs = new CountDownLatch(1);
        var ran = new Semaphore(0);
        worker(
                "slow",
                Roles.Queue.CLEANUP,
                1,
                QUICK,
                new Job("hangs", Roles.Queue.CLEANUP, RARELY, () -> hang(hangs)));
        assertThat(hangs.await(60, TimeUnit.SECONDS)).isTrue();

        worker(
                "quick",
                QUEUE,
                1,
                QUICK,
                new Job(
                        "goes",
                        QUEUE,
                        Duration.ofMillis(5),
                        () -> {
                            ran.release();
                            return false;
                        }));

        await(ran, 5);
        assertThat(shown("hangs").runningAt()).isEqualTo("slow");
        var answer =
                TestingClient.of(environment).get("/api/v1/jobs?queue=cleanup").json().get("items");
        assertThat(answer).hasSize(1);
        assertThat(answer.get(0).get("running_at").asString()).isEqualTo("slow");
        assertThat(answer.get(0).get("running_since").isNull()).isFalse();
    }

    /** Until its worker stops. */
    private static boolean hang(CountDownLatch inside) {
        inside.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    @Test
    void noMoreRunAtOnceThanTheConcurrencySays() throws Exception {
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        var ran = new Semaphore(0);
        var names = ConcurrentHashMap.<String>newKeySet();
        var jobs = new ArrayList<Job>();
        for (var i = 0; i < 5; i++) {
            var name = "job-" + i;
            jobs.add(
                    new Job(
                            name,
                            QUEUE,
                            Duration.ofMillis(5),
                            () -> {
                                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                                names.add(name);
                                roundTrip();
                                inside.decrementAndGet();
                                ran.release();
                                return false;
                            }));
        }

        worker("few", QUEUE, 2, QUICK, jobs.toArray(Job[]::new));
        await(ran, 60);

        assertThat(most.get()).isLessThanOrEqualTo(2);
        assertThat(names).isEqualTo(Set.of("job-0", "job-1", "job-2", "job-3", "job-4"));
    }

    @Test
    void whatFailsIsTriedAgainAndSaysWhy() throws Exception {
        var tries = new AtomicInteger();
        var goOn = new Semaphore(0);
        var ran = new Semaphore(0);
        var job =
                new Job(
                        "fails",
                        QUEUE,
                        RARELY,
                        () -> {
                            ran.release();
                            if (tries.incrementAndGet() == 1) {
                                throw new IllegalStateException("the disk is full");
                            }
                            goOn.acquireUninterruptibly();
                            return false;
                        });

        var worker = worker("a", QUEUE, 1, QUICK, job);
        await(ran, 2);
        var failing = shown("fails");
        goOn.release();
        worker.close();

        assertThat(failing.consecutiveFailures()).isOne();
        assertThat(failing.lastError()).contains("the disk is full");
        assertThat(failing.lastFailureAt()).isNotNull();
        assertThat(failing.lastSuccessAt()).isNull();
        assertThat(shown("fails").consecutiveFailures()).isZero();
        assertThat(shown("fails").lastError()).isNull();
    }

    @Test
    void aJobThatSaysMoreGoesOnSoonAndLetsOthersIn() throws Exception {
        var rounds = new Semaphore(0);
        var left = new AtomicInteger(2_000);
        var other = new AtomicInteger(-1);
        var slow = new JobProperties(RARELY, Duration.ofSeconds(10));

        worker(
                "a",
                QUEUE,
                1,
                slow,
                new Job(
                        "long",
                        QUEUE,
                        RARELY,
                        () -> {
                            rounds.release();
                            return left.decrementAndGet() > 0;
                        }),
                new Job(
                        "short",
                        QUEUE,
                        RARELY,
                        () -> {
                            other.set(left.get());
                            return false;
                        }));
        await(rounds, 2_000);

        assertThat(other.get()).as("of the long one's rounds were left").isPositive();
    }
}
