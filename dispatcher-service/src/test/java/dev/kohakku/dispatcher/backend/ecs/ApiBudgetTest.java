package dev.kohakku.dispatcher.backend.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** By a clock that moves when somebody waits. */
class ApiBudgetTest {

    private final AtomicLong nanos = new AtomicLong(1);
    private final ApiBudget budget = budget(1);

    private ApiBudget budget(double factor) {
        return new ApiBudget(
                ApiBucket.TASK_MODIFY, factor, nanos::get, time -> nanos.addAndGet(time.toNanos()));
    }

    private double secondsFor(int calls) throws InterruptedException {
        var before = nanos.get();
        for (int i = 0; i < calls; i++) {
            budget.acquire();
        }
        return (nanos.get() - before) / 1e9;
    }

    @Test
    void aFullBucketIsSpentAtOnceButForATenth() throws InterruptedException {
        assertThat(secondsFor(90)).isZero();
        assertThat(secondsFor(1)).isPositive();
    }

    @Test
    void afterThatCallsComeAtThePublishedRate() throws InterruptedException {
        secondsFor(90);
        assertThat(secondsFor(400)).isCloseTo(10, within(0.1));
    }

    @Test
    void anAccountWithMoreGetsMore() throws InterruptedException {
        var larger = budget(2);
        for (int i = 0; i < 180; i++) {
            larger.acquire();
        }
        assertThat(nanos).hasValue(1);
        assertThat(larger.rate()).isEqualTo(80);
    }

    @Test
    void aThrottleHalvesTheRateAndEmptiesTheBucket() throws InterruptedException {
        budget.throttled(budget.acquire());
        assertThat(budget.rate()).isEqualTo(20);
        assertThat(secondsFor(20)).isCloseTo(1, within(0.1));
    }

    @Test
    void callsThatWereUnderWayAtACutTeachNothingNew() throws InterruptedException {
        var together = List.of(budget.acquire(), budget.acquire(), budget.acquire());
        nanos.incrementAndGet();
        together.forEach(budget::throttled);
        assertThat(budget.rate()).isEqualTo(20);
        nanos.incrementAndGet();
        budget.throttled(budget.acquire());
        assertThat(budget.rate()).isEqualTo(10);
        assertThat(budget.throttles()).isEqualTo(4);
    }

    @Test
    void successesBringTheRateBackWithinSecondsAndNeverBeyondTheQuota()
            throws InterruptedException {
        budget.throttled(budget.acquire());
        var before = nanos.get();
        while (budget.rate() < 39.9) {
            budget.acquire();
            budget.succeeded();
        }
        assertThat(Duration.ofNanos(nanos.get() - before)).isLessThan(Duration.ofSeconds(20));
        for (int i = 0; i < 1_000; i++) {
            budget.succeeded();
        }
        assertThat(budget.rate()).isEqualTo(40);
    }

    @Test
    void throttlingWithoutEndStillLetsACallThroughNowAndThen() throws InterruptedException {
        for (int i = 0; i < 50; i++) {
            nanos.incrementAndGet();
            budget.throttled(budget.acquire());
        }
        assertThat(secondsFor(1)).isLessThanOrEqualTo(64.1);
    }

    @Test
    void whatWasNotUsedIsGivenBack() throws InterruptedException {
        secondsFor(90);
        budget.giveBack();
        assertThat(secondsFor(1)).isZero();
    }

    @Test
    void callersGetTheirTurnInTheOrderTheyCame() throws Exception {
        var pauses = new Semaphore(0);
        var slow =
                new ApiBudget(
                        ApiBucket.DEFINITION_MODIFY,
                        1,
                        nanos::get,
                        time -> {
                            pauses.acquire();
                            nanos.addAndGet(time.toNanos());
                        });
        for (int i = 0; i < 18; i++) {
            slow.acquire();
        }
        var served = new CopyOnWriteArrayList<Integer>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            var caller =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    slow.acquire();
                                    served.add(number);
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                            });
            await().until(() -> caller.getState() == Thread.State.WAITING);
        }
        for (int turn = 1; turn <= 5; turn++) {
            int expected = turn;
            pauses.release();
            await().until(() -> served.size() == expected);
        }
        assertThat(served).containsExactly(0, 1, 2, 3, 4);
    }
}
