package dev.kohakku.controller.leak;

import static dev.kohakku.controller.leak.TestingLedger.containerOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kohakku.common.telemetry.Metrics;
import dev.kohakku.common.time.TestingClock;
import dev.kohakku.controller.job.Job;
import dev.kohakku.controller.role.Roles;
import dev.kohakku.controller.role.WorkerLoop;
import dev.kohakku.controller.testing.ControllerTest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class ResolvedLeakRemoverIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired ResolvedLeakRemover remover;
    @Autowired Leaks leaks;
    @Autowired Job resolvedLeakRemoverJob;
    @Autowired WorkerLoop leakWatcherLoop;
    TestingLedger ledger;

    @BeforeEach
    void open() {
        ledger = new TestingLedger(environment, jdbc);
    }

    @Test
    void aResolvedLeakIsForgottenAfterThirtyDaysAndAnOpenOneNever() {
        var container = containerOf(ledger.ended());
        ledger.found(container);
        ledger.age("1 hour");
        ledger.found();
        ledger.found(container);
        ledger.age("29 days 23 hours");
        remover.round();
        assertThat(ledger.rows()).isEqualTo(2);
        ledger.age("1 hour");

        assertThat(remover.round()).isFalse();

        assertThat(ledger.shown("?resolved=true")).isEmpty();
        assertThat(ledger.shown("")).hasSize(1);
    }

    @Test
    void whatWasResolvedBeforeItWasShownIsForgottenAtOnceAndCountsForNothing() {
        ledger.found(containerOf(ledger.ended()));
        ledger.age("29 seconds");
        ledger.found();

        remover.round();

        assertThat(ledger.rows()).isZero();
        assertThat(leaks.containerSeconds()).isZero();
    }

    @Test
    void theSecondsContainersDangledGrowAndAreKeptWhenTheLeakIsForgotten() {
        ledger.found(containerOf(ledger.ended()));
        assertThat(leaks.containerSeconds()).isZero();
        ledger.age("100 seconds");
        assertThat(leaks.containerSeconds()).isCloseTo(100, within(20.0));
        ledger.found();
        var resolved = leaks.containerSeconds();
        ledger.age("31 days");
        assertThat(leaks.containerSeconds()).isEqualTo(resolved);

        remover.round();

        assertThat(ledger.rows()).isZero();
        assertThat(leaks.containerSeconds()).isCloseTo(resolved, within(0.001));
    }

    @Test
    void theMetersShowTheLedgerAndAskForItOnceInAWhile() {
        var clock = new TestingClock();
        var meters = new SimpleMeterRegistry();
        var metrics = new LeakMetrics(leaks, clock, meters);
        assertThat(metrics).isNotNull();
        var dangling = meters.get(Metrics.LEAKS_OPEN).tag(Metrics.KIND, "dangling").gauge();
        assertThat(dangling.value()).isZero();
        ledger.found(containerOf(ledger.ended()));
        ledger.age("100 seconds");

        assertThat(dangling.value()).isZero();
        clock.advance(Duration.ofSeconds(5));

        assertThat(dangling.value()).isEqualTo(1);
        assertThat(meters.get(Metrics.LEAKS_OPEN).tag(Metrics.KIND, "stuck").gauge().value())
                .isZero();
        assertThat(meters.get(Metrics.LEAKED_CONTAINER_SECONDS).functionCounter().count())
                .isCloseTo(100, within(20.0));
    }

    @Test
    void bothRunWhereWorkersCleanUp() {
        assertThat(resolvedLeakRemoverJob.queue()).isEqualTo(Roles.Queue.CLEANUP);
        assertThat(leakWatcherLoop.queue()).isEqualTo(Roles.Queue.CLEANUP);
    }
}
