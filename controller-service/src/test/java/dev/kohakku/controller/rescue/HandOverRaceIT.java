package dev.kohakku.controller.rescue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.time.TestingClock;
import dev.kohakku.controller.fleet.DispatcherNudges;
import dev.kohakku.controller.task.TaskHistory;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingPresence;
import dev.kohakku.controller.testing.TestingTasks;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Hand-over of many attempts: by several rounds at once, to several dispatchers. */
@ControllerTest
class HandOverRaceIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired OwnerStore store;
    @Autowired TaskHistory history;
    @Autowired DispatcherNudges nudges;
    @Autowired TransactionTemplate transaction;
    @Autowired AttemptRescuer rescuer;
    TestingTasks tasks;
    TestingDispatcher owner;

    @BeforeEach
    void clear() {
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        new TestingPresence(jdbc).lasting(Duration.ofHours(1));
        owner = TestingDispatcher.of(environment).checkedIn();
    }

    @Test
    void roundsAtOnceHandEachAttemptOverOnceAndTheRescuerLosesNone() throws Exception {
        var owned = owned(60);
        owner.beside().checkedIn();
        owner.beside().checkedIn();
        silenceOwner();

        try (var pool = Executors.newFixedThreadPool(3)) {
            List<Callable<Boolean>> rounds =
                    List.of(round(), round(), () -> repeated(rescuer::round));
            for (var round : pool.invokeAll(rounds)) {
                round.get();
            }
        }

        assertThat(owned)
                .allSatisfy(task -> {
                    assertThat(tasks.row(task)).containsEntry("epoch", 2L);
                    assertThat(tasks.state(task)).isEqualTo(TaskState.PROVISIONING);
                    assertThat(tasks.timeline(task)).containsOnlyOnce("handed_over");
                });
    }

    @Test
    void theyAreSpreadByTheSlotsThatAreFree() {
        owned(8);
        var roomy = owner.beside().checkedIn();
        var tight = owner.beside().checkedIn();
        roomy.heartbeatWith(6);
        tight.heartbeatWith(2);
        silenceOwner();

        handOver().round();

        assertThat(roomy.heartbeat().resume()).hasSize(6);
        assertThat(tight.heartbeat().resume()).hasSize(2);
    }

    private List<TaskId> owned(int count) {
        var owned = new ArrayList<TaskId>();
        for (var i = 0; i < count; i++) {
            var task = tasks.submitQueued().task();
            owner.claim(task, 1);
            owned.add(task);
        }
        return owned;
    }

    private void silenceOwner() {
        jdbc.sql(
                        "update dispatchers set lease_expires_at = now() - interval '1 hour' where id = :id")
                .param("id", owner.id())
                .update();
    }

    private Callable<Boolean> round() {
        return handOver()::round;
    }

    private AttemptHandOver handOver() {
        return new AttemptHandOver(
                store, history, nudges, transaction, new TestingClock(), new SimpleMeterRegistry());
    }

    private static boolean repeated(Callable<Boolean> round) throws Exception {
        var more = false;
        for (var i = 0; i < 20; i++) {
            more |= round.call();
        }
        return more;
    }
}
