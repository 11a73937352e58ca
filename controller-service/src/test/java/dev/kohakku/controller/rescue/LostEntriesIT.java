package dev.kohakku.controller.rescue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.controller.dispatch.Outbox;
import dev.kohakku.controller.role.WorkerLoop;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingTasks;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class LostEntriesIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired Outbox outbox;

    @Autowired
    @Qualifier("enqueuerLoop")
    WorkerLoop enqueuer;

    @Autowired
    @Qualifier("lostEntryLoop")
    WorkerLoop lostEntries;

    TestingTasks tasks;
    TestingDispatcher dispatcher;
    TaskId task;

    @BeforeEach
    void enqueue() throws Exception {
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        dispatcher = TestingDispatcher.of(environment).checkedIn();
        task = tasks.submit();
        enqueuer.loop().tick();
        assertThat(tasks.outboxRows(task)).isZero();
    }

    @Test
    void anEntryThatWaitsOnItsQueueIsNotAddedAgain() {
        queuedFor(40);

        assertThat(outbox.putBackUnclaimed(Duration.ofSeconds(30))).isZero();
        assertThat(tasks.outboxRows(task)).isZero();
    }

    @Test
    void anEntryThatRedisHasLostIsPutOnItsQueueAgain() throws Exception {
        loseTheQueue();
        assertThat(outbox.putBackUnclaimed(Duration.ofSeconds(30))).isZero();
        queuedFor(40);

        lostEntries.loop().tick();

        assertThat(tasks.outboxRows(task)).isOne();
        enqueuer.loop().tick();
        assertThat(tasks.timeline(task)).containsExactly("PENDING", "QUEUED", "requeued");
        queuedFor(40);
        assertThat(outbox.putBackUnclaimed(Duration.ofSeconds(30))).isZero();
    }

    @Test
    void anEntryOnAQueueNobodyConsumesGoesOnAnother() throws Exception {
        queuedFor(40);
        jdbc.sql("delete from dispatchers").update();
        var other = TestingDispatcher.of(environment).checkedIn();

        assertThat(outbox.putBackUnclaimed(Duration.ofSeconds(30))).isOne();
        enqueuer.loop().tick();

        assertThat(tasks.row(task).get("queue")).isEqualTo(other.queue());
    }

    @Test
    void anEntryWhoseConsumersAreAllCordonedGoesOnAnother() throws Exception {
        queuedFor(40);
        jdbc.sql("update dispatchers set cordoned_at = now()").update();
        var other = TestingDispatcher.of(environment).checkedIn();

        assertThat(outbox.putBackUnclaimed(Duration.ofSeconds(30))).isOne();
        enqueuer.loop().tick();

        assertThat(tasks.row(task).get("queue")).isEqualTo(other.queue());
    }

    @Test
    void anEntryWhoseConsumersHaveNoHealthyBackendGoesOnAnother() throws Exception {
        queuedFor(40);
        becomes(false);
        var other = TestingDispatcher.of(environment).checkedIn();

        assertThat(outbox.putBackUnclaimed(Duration.ofSeconds(30))).isOne();
        enqueuer.loop().tick();

        assertThat(tasks.row(task).get("queue")).isEqualTo(other.queue());
        assertThat(other.claim(task, 1).spec()).isNotNull();
    }

    @Test
    void whileNobodyHasAHealthyBackendItWaitsInTheOutboxAndGoesOnAQueueOnceAfterwards()
            throws Exception {
        queuedFor(40);
        becomes(false);

        assertThat(outbox.putBackUnclaimed(Duration.ofSeconds(30))).isOne();
        for (var round = 0; round < 3; round++) {
            enqueuer.loop().tick();
            assertThat(outbox.putBackUnclaimed(Duration.ofSeconds(30))).isZero();
        }
        assertThat(tasks.outboxRows(task)).isOne();
        becomes(true);
        enqueuer.loop().tick();

        assertThat(tasks.outboxRows(task)).isZero();
        assertThat(tasks.timeline(task)).containsExactly("PENDING", "QUEUED", "requeued");
    }

    /** Has the dispatcher's engine break or mend. */
    private void becomes(boolean healthy) {
        dispatcher =
                dispatcher
                        .with(new BackendStatus(RuntimeType.LOCAL, "engine-1", healthy, null))
                        .checkedIn();
    }

    @Test
    void whatIsInTheOutboxIsNotMissedOnItsQueue() {
        var read = tasks.submitQueued();
        tasks.set(
                read.task(),
                "queue = '" + dispatcher.queue() + "', queued_at = now() - interval '40 s'");
        outbox.offerAgain(read);
        queuedFor(40);

        assertThat(outbox.putBackUnclaimed(Duration.ofSeconds(30))).isZero();

        assertThat(tasks.outboxRows(task)).isZero();
    }

    private void queuedFor(int seconds) {
        tasks.set(task, "queued_at = now() - interval '" + seconds + " seconds'");
    }

    /** Has Postgres believe that the task is on a queue that is empty in fact. */
    private void loseTheQueue() {
        jdbc.sql("update dispatchers set queue = queue || ':lost'").update();
        tasks.set(task, "queue = queue || ':lost'");
    }
}
