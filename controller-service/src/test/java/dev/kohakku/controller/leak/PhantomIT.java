package dev.kohakku.controller.leak;

import static dev.kohakku.controller.leak.TestingLedger.containerOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.controller.testing.ControllerTest;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class PhantomIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired LeakWatcher watcher;
    TestingLedger ledger;

    @BeforeEach
    void open() {
        ledger = new TestingLedger(environment, jdbc);
    }

    @Test
    void aRunningAttemptWithoutItsContainerIsShownAndNothingIsDestroyed() {
        var attempt = ledger.runningForAMinute();

        ledger.found();
        assertThat(ledger.shown("")).isEmpty();
        ledger.age("61 seconds");

        assertThat(ledger.found().destroy()).isEmpty();
        var leak = ledger.only("");
        assertThat(leak.get("kind").asString()).isEqualTo("PHANTOM");
        assertThat(leak.get("container_id").asString()).isEqualTo("c-" + attempt);
        assertThat(leak.get("action").asString()).isEqualTo("none");
        assertThat(leak.get("message").asString())
                .contains(attempt.task().toString(), ledger.dispatcher.id(), ledger.scope);
    }

    @Test
    void anAttemptThatBeganToRunDuringTheSearchIsNoPhantom() {
        ledger.running();

        ledger.found();

        assertThat(ledger.rows()).isZero();
    }

    @Test
    void neitherIsOneThatIsBeingMadeNorOneOfAnotherScopeNorOneThatWasFound() {
        ledger.tasks.set(ledger.provisioning().task(), "started_at = now() - interval '1 hour'");
        var found = ledger.runningForAMinute();
        ledger.found(containerOf(found));
        ledger.another("elsewhere").inventory(TestingLedger.empty("elsewhere", Duration.ZERO));

        assertThat(ledger.rows()).isZero();
    }

    @Test
    void itIsResolvedWhenItsContainerIsSeenAgain() {
        var attempt = ledger.runningForAMinute();
        ledger.found();
        ledger.age("31 seconds");

        ledger.found(containerOf(attempt));

        assertThat(ledger.only("?resolved=true").get("resolution").asString())
                .isEqualTo("seen_again");
    }

    @Test
    void itIsResolvedWhenItsAttemptEndsThoughNobodySearchesTheScopeAnyMore() {
        var attempt = ledger.runningForAMinute();
        ledger.found();
        ledger.age("31 seconds");
        watcher.round();
        assertThat(ledger.shown("")).hasSize(1);
        ledger.tasks.set(attempt.task(), "state = 'FAILED', deadline_at = null");

        watcher.round();

        assertThat(ledger.only("?resolved=true").get("resolution").asString())
                .isEqualTo("attempt_ended");
    }
}
