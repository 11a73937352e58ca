package dev.kohakku.controller.leak;

import static dev.kohakku.controller.leak.TestingLedger.containerOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.wire.FoundContainer;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingDispatcher;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class DanglingIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    TestingLedger ledger;

    @BeforeEach
    void open() {
        ledger = new TestingLedger(environment, jdbc);
    }

    @Test
    void aContainerThatOutlivesItsAttemptIsShownOnceItIsOldEnough() {
        var attempt = ledger.ended();

        assertThat(ledger.found(containerOf(attempt)).destroy()).isEmpty();
        assertThat(ledger.shown("")).isEmpty();
        ledger.age("31 seconds");

        var leak = ledger.only("");
        assertThat(leak.get("kind").asString()).isEqualTo("DANGLING");
        assertThat(leak.get("scope").asString()).isEqualTo(ledger.scope);
        assertThat(leak.get("runtime_type").asString()).isEqualTo("local");
        assertThat(leak.get("task_id").asString()).isEqualTo(attempt.task().toString());
        assertThat(leak.get("attempt").asInt()).isEqualTo(1);
        assertThat(leak.get("container_id").asString()).isEqualTo("c-" + attempt);
        assertThat(leak.get("reported_by").asString()).isEqualTo(ledger.dispatcher.id());
        assertThat(leak.get("age_seconds").asLong()).isBetween(31L, 60L);
        assertThat(leak.get("resolved_at").isNull()).isTrue();
        assertThat(leak.get("action").asString()).isEqualTo("will_destroy");
        assertThat(leak.get("message").asString())
                .contains("c-" + attempt, ledger.scope, "is over", "60 s");
    }

    @Test
    void itsDestructionIsOrderedOnceItIsOlderAndAgainUntilItIsGone() {
        var container = containerOf(ledger.ended());
        ledger.found(container);
        ledger.age("59 seconds");
        assertThat(ledger.found(container).destroy()).isEmpty();
        ledger.age("2 seconds");

        assertThat(ledger.found(container).destroy()).containsExactly(container);
        assertThat(ledger.found(container).destroy()).containsExactly(container);

        assertThat(ledger.only("").get("action").asString()).isEqualTo("destroy_ordered");
        ledger.found();
        assertThat(ledger.shown("")).isEmpty();
        var resolved = ledger.only("?resolved=true");
        assertThat(resolved.get("resolution").asString()).isEqualTo("container_gone");
        assertThat(resolved.get("action").asString()).isEqualTo("destroy_ordered");
        assertThat(resolved.get("resolved_at").isNull()).isFalse();
    }

    @Test
    void theContainerOfASupersededAttemptDanglesAndThatOfTheCurrentOneDoesNot() {
        var attempt = ledger.running();
        ledger.tasks.set(attempt.task(), "attempt = 2, state = 'PROVISIONING'");

        ledger.found(containerOf(attempt), containerOf(new AttemptId(attempt.task(), 2)));
        ledger.age("2 minutes");

        assertThat(ledger.only("").get("container_id").asString()).isEqualTo("c-" + attempt);
    }

    @Test
    void aContainerThatIsBeingMadeNeverDangles() {
        var attempt = ledger.provisioning();

        ledger.found(containerOf(attempt));
        ledger.tasks.set(attempt.task(), "state = 'CANCELLING'");
        ledger.found(containerOf(attempt));

        assertThat(ledger.rows()).isZero();
    }

    @Test
    void theContainerOfAnUnknownTaskIsShownAtOnceAndKeptForADay() {
        var stray = new FoundContainer(new TaskId(UUID.randomUUID()), 1, "stray");
        ledger.found(stray);
        ledger.age("23 hours 59 minutes");

        assertThat(ledger.found(stray).destroy()).isEmpty();
        assertThat(ledger.only("").get("message").asString()).contains("not known", "86400 s");
        ledger.age("2 minutes");

        assertThat(ledger.found(stray).destroy()).containsExactly(stray);
    }

    @Test
    void anAttemptARestoredDatabaseDoesNotKnowYetIsUnknownToo() {
        var attempt = ledger.running();
        var later = containerOf(new AttemptId(attempt.task(), 2));
        ledger.found(later, containerOf(attempt));
        ledger.age("2 hours");

        assertThat(ledger.found(later, containerOf(attempt)).destroy()).isEmpty();
        ledger.tasks.set(attempt.task(), "attempt = 2");
        ledger.found(later, containerOf(attempt));

        assertThat(ledger.only("?resolved=true").get("resolution").asString())
                .isEqualTo("attempt_current");
    }

    @Test
    void twoDispatchersOfAScopeFindTheSameLeak() {
        var container = containerOf(ledger.ended());
        var other = ledger.another(ledger.scope);
        ledger.found(container);
        ledger.age("61 seconds");

        assertThat(other.inventory(ledger.holding(container, container)).destroy())
                .containsExactly(container);

        assertThat(ledger.only("").get("reported_by").asString()).isEqualTo(other.id());
        other.inventory(ledger.holding());
        assertThat(ledger.shown("")).isEmpty();
    }

    @Test
    void aDispatcherOfAnotherScopeSettlesNothing() {
        var container = containerOf(ledger.ended());
        ledger.found(container);
        ledger.age("61 seconds");
        var elsewhere = "engine-" + UUID.randomUUID();

        ledger.another(elsewhere).inventory(TestingLedger.empty(elsewhere, Duration.ZERO));

        assertThat(ledger.only("").get("kind").asString()).isEqualTo("DANGLING");
    }

    @Test
    void anInventoryWhoseSearchBeganBeforeTheContainerWasSeenResolvesNothing() {
        ledger.found(containerOf(ledger.ended()));

        ledger.dispatcher.inventory(TestingLedger.empty(ledger.scope, Duration.ofSeconds(30)));
        ledger.age("31 seconds");

        assertThat(ledger.shown("")).hasSize(1);
    }

    @Test
    void aScopeThatIsNotInTheInventoryIsLeftAsItWas() {
        ledger.found(containerOf(ledger.ended()));
        ledger.age("31 seconds");

        ledger.dispatcher.inventory();

        assertThat(ledger.shown("")).hasSize(1);
    }

    @Test
    void aContainerThatComesBackIsANewLeak() {
        var container = containerOf(ledger.ended());
        ledger.found(container);
        ledger.age("61 seconds");
        ledger.found();

        assertThat(ledger.found(container).destroy()).isEmpty();
        assertThat(ledger.rows()).isEqualTo(2);
    }

    @Test
    void aDispatcherThatHasNotCheckedInIsToldSo() {
        assertThat(
                        TestingDispatcher.refusalOf(
                                () -> ledger.dispatcher.restarted().inventory(ledger.holding())))
                .isEqualTo("404 dispatcher-unknown");
    }
}
