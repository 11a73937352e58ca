package dev.kohakku.controller.rescue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kohakku.common.telemetry.Metrics;
import dev.kohakku.common.time.TestingClock;
import dev.kohakku.controller.fleet.DispatcherNudges;
import dev.kohakku.controller.task.TaskHistory;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingPresence;
import dev.kohakku.controller.testing.TestingTasks;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

@ControllerTest
class RescueMetricsIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired OwnerStore store;
    @Autowired OverdueStore overdue;
    @Autowired TaskHistory history;
    @Autowired DispatcherNudges nudges;
    @Autowired PlatformTransactionManager transactions;
    final TestingClock clock = new TestingClock();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
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
    void aCancelIsOverdueOnceItHasTakenLongerThanIsPromised() {
        assertThat(new CancelMetrics(overdue, clock, meters)).isNotNull();
        var task = tasks.submitQueued().task();
        owner.claim(task, 1);
        tasks.cancel(task);
        tasks.set(task, "cancel_requested_at = now() - interval '15 seconds'");
        var gauge = meters.get(Metrics.CANCELS_OVERDUE).gauge();
        assertThat(gauge.value()).isZero();

        tasks.set(task, "cancel_requested_at = now() - interval '21 seconds'");
        clock.advance(Duration.ofSeconds(5));
        assertThat(gauge.value()).isEqualTo(1);

        tasks.set(task, "state = 'CANCELLED', deadline_at = null");
        clock.advance(Duration.ofSeconds(5));
        assertThat(gauge.value()).isZero();
    }

    @Test
    void handOversAreCountedByTheirCauseAndEachCauseFromTheStart() {
        var round = handOver(transactions);
        for (var cause : OwnerStore.Cause.values()) {
            assertThat(counted(cause)).isZero();
        }
        orphaned();
        orphaned();

        round.round();

        assertThat(counted(OwnerStore.Cause.LEFT)).isEqualTo(2);
        assertThat(counted(OwnerStore.Cause.SILENT)).isZero();
    }

    @Test
    void aHandOverThatIsNotCommittedIsNotCounted() {
        orphaned();
        var round = handOver(new FailingCommits(transactions));

        assertThatThrownBy(round::round).hasMessage("the commit failed");

        assertThat(counted(OwnerStore.Cause.LEFT)).isZero();
    }

    /** An attempt whose owner has left, and another dispatcher that can take it over. */
    private void orphaned() {
        var leaving = owner.beside().checkedIn();
        leaving.claim(tasks.submitQueued().task(), 1);
        leaving.leave();
    }

    private AttemptHandOver handOver(PlatformTransactionManager manager) {
        return new AttemptHandOver(
                store, history, nudges, new TransactionTemplate(manager), clock, meters);
    }

    private double counted(OwnerStore.Cause cause) {
        var name = cause.name().toLowerCase(Locale.ROOT);
        return meters.get(Metrics.HAND_OVERS).tag(Metrics.CAUSE, name).counter().count();
    }

    /** Rolls back where it is to commit. */
    private record FailingCommits(PlatformTransactionManager real)
            implements PlatformTransactionManager {

        @Override
        public TransactionStatus getTransaction(TransactionDefinition definition) {
            return real.getTransaction(definition);
        }

        @Override
        public void commit(TransactionStatus status) {
            real.rollback(status);
            throw new IllegalStateException("the commit failed");
        }

        @Override
        public void rollback(TransactionStatus status) {
            real.rollback(status);
        }
    }
}
