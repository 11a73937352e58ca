package dev.kohakku.controller.leak;

import static dev.kohakku.controller.leak.TestingLedger.containerOf;
import static dev.kohakku.controller.leak.TestingLedger.endOverItsOwnersHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.controller.attempt.AttemptEnds;
import dev.kohakku.controller.testing.ControllerTest;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class UnverifiedIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired AttemptEnds ends;
    @Autowired LeakWatcher watcher;
    TestingLedger ledger;

    @BeforeEach
    void open() {
        ledger = new TestingLedger(environment, jdbc);
    }

    private AttemptId lost() {
        var attempt = ledger.running();
        endOverItsOwnersHead(ends, attempt);
        return attempt;
    }

    @Test
    void anEndNobodyHasVerifiedIsShownUntilTheScopeIsSearched() {
        var attempt = lost();
        watcher.round();
        watcher.round();
        assertThat(ledger.shown("")).isEmpty();
        ledger.age("31 seconds");

        var leak = ledger.only("?kind=UNVERIFIED");
        assertThat(leak.get("scope").asString()).isEqualTo(ledger.scope);
        assertThat(leak.get("attempt").asInt()).isEqualTo(1);
        assertThat(leak.get("message").asString())
                .contains(attempt.task().toString(), ledger.dispatcher.id());

        ledger.another(ledger.scope).inventory(ledger.holding());
        assertThat(ledger.shown("")).isEmpty();
        assertThat(ledger.only("?resolved=true").get("resolution").asString())
                .isEqualTo("container_gone");
        watcher.round();
        assertThat(ledger.rows()).isEqualTo(1);
    }

    @Test
    void aContainerThatIsFoundThenDangles() {
        var attempt = lost();
        watcher.round();
        ledger.age("31 seconds");

        ledger.found(containerOf(attempt));
        ledger.age("31 seconds");

        assertThat(ledger.only("?resolved=true").get("resolution").asString())
                .isEqualTo("container_found");
        assertThat(ledger.only("").get("kind").asString()).isEqualTo("DANGLING");
    }

    @Test
    void anAttemptThatIsTriedAgainLeavesItsContainerUnverifiedToo() {
        var attempt = ledger.running();
        ledger.tasks.set(attempt.task(), "max_attempts = 2");
        endOverItsOwnersHead(ends, attempt);

        watcher.round();
        ledger.age("31 seconds");

        assertThat(ledger.only("").get("attempt").asInt()).isEqualTo(1);
    }

    @Test
    void anAttemptThatWasBeingMadeIsLookedForWhereItsDispatcherWas() {
        endOverItsOwnersHead(ends, ledger.provisioning());

        watcher.round();
        ledger.age("31 seconds");

        assertThat(ledger.only("").get("scope").asString()).isEqualTo(ledger.scope);
    }

    @Test
    void whereNobodyKnowsTheScopeTheDispatcherThatHadItSettlesIt() {
        endOverItsOwnersHead(ends, ledger.provisioning());
        jdbc.sql("update attempts set scope = null").update();
        jdbc.sql("update dispatchers set backends = '[]'").update();
        watcher.round();
        ledger.age("31 seconds");
        assertThat(ledger.only("").get("scope").isNull()).isTrue();

        ledger.another(ledger.scope).inventory(ledger.holding());
        assertThat(ledger.shown("")).hasSize(1);
        ledger.found();

        assertThat(ledger.shown("")).isEmpty();
    }

    @Test
    void anEndThatWasReportedOrCameBeforeAnyContainerIsNoLeak() {
        var waiting = ledger.tasks.submit();
        ledger.tasks.cancel(waiting);
        var reported = ledger.running();
        var token = ledger.dispatcher.claim(reported.task(), 1).callbackToken();
        ledger.dispatcher.callback(
                reported.task(),
                token,
                """
                {"task_id":"%s","attempt":1,"epoch":1,"status":"completed","exit_code":0,"completed_at":"2026-01-01T00:00:00Z"}
                """
                        .formatted(reported.task()));

        watcher.round();

        assertThat(ledger.rows()).isZero();
    }

    @Test
    void anEndWhoseScopeWasSearchedSinceIsNoLeak() {
        lost();
        ledger.found();

        watcher.round();

        assertThat(ledger.rows()).isZero();
    }

    @Test
    void aSearchThatBeganBeforeTheEndSettlesNothing() {
        lost();
        watcher.round();

        ledger.dispatcher.inventory(TestingLedger.empty(ledger.scope, Duration.ofSeconds(30)));
        ledger.age("31 seconds");

        assertThat(ledger.shown("?kind=UNVERIFIED")).hasSize(1);
    }
}
