package dev.kohakku.common.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.loop.BackgroundLoop.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BackgroundLoopTest {

    private static final Duration NEVER = Duration.ofHours(1);
    private static final Duration PATIENT = Duration.ofSeconds(20);

    private final AtomicInteger rounds = new AtomicInteger();
    private BackgroundLoop loop;

    @AfterEach
    void close() {
        if (loop != null) {
            loop.close();
        }
    }

    private BackgroundLoop loop(Duration interval, Step step) {
        loop = new BackgroundLoop("test", Rhythm.every(interval), step);
        return loop;
    }

    private boolean count() {
        rounds.incrementAndGet();
        return false;
    }

    @Test
    void theFirstRoundFollowsTheStartAtOnce() {
        loop(NEVER, this::count).start();

        await().atMost(PATIENT).until(() -> rounds.get() == 1);
    }

    @Test
    void roundsFollowEachOtherAfterTheInterval() {
        loop(Duration.ofMillis(1), this::count).start();

        await().atMost(PATIENT).until(() -> rounds.get() > 5);
        assertThat(loop.failures()).isZero();
    }

    @Test
    void whileMoreIsWaitingRoundsFollowAtOnce() {
        loop(NEVER, () -> rounds.incrementAndGet() < 100).start();

        await().atMost(PATIENT).until(() -> rounds.get() == 100);
    }

    @Test
    void loopsThatAreBusyAndNeverBlockLeaveTheProcessorsToOthers() throws Exception {
        var processors = Runtime.getRuntime().availableProcessors();
        var busy =
                IntStream.range(0, processors)
                        .mapToObj(_ -> new BackgroundLoop("busy", Rhythm.every(NEVER), () -> true))
                        .toList();
        try {
            busy.forEach(BackgroundLoop::start);
            for (var each : busy) {
                each.awaitRound(Duration.ofSeconds(1));
            }

            assertThat(Thread.ofVirtual().start(rounds::incrementAndGet).join(PATIENT)).isTrue();
        } finally {
            busy.forEach(BackgroundLoop::close);
        }
    }

    @Test
    void wakingRunsARoundSoon() {
        loop(NEVER, this::count).start();
        await().atMost(PATIENT).until(() -> rounds.get() == 1);

        loop.wake();

        await().atMost(PATIENT).until(() -> rounds.get() == 2);
    }

    @Test
    void wakingDuringARoundLeadsToAnother() throws Exception {
        var inside = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        loop(
                        NEVER,
                        () -> {
                            rounds.incrementAndGet();
                            inside.countDown();
                            leave.await();
                            return false;
                        })
                .start();
        inside.await();

        loop.wake();
        leave.countDown();

        await().atMost(PATIENT).until(() -> rounds.get() == 2);
    }

    @Test
    void aFailureIsNotTheEndOfTheLoop() {
        loop(
                        Duration.ofMillis(1),
                        () -> {
                            if (rounds.incrementAndGet() < 4) {
                                throw new AssertionError("defect");
                            }
                            return false;
                        })
                .start();

        await().atMost(PATIENT).until(() -> rounds.get() >= 5);
        assertThat(loop.failures()).isZero();
    }

    @Test
    void anInterruptFromTheStepIsNotTheEndOfTheLoop() {
        loop(
                        Duration.ofMillis(1),
                        () -> {
                            rounds.incrementAndGet();
                            Thread.currentThread().interrupt();
                            throw new InterruptedException();
                        })
                .start();

        await().atMost(PATIENT).until(() -> rounds.get() > 3);
    }

    @Test
    void pausesGrowWithFailuresUpToTheLongest() {
        var rhythm = new Rhythm(Duration.ofMillis(100), 0, Duration.ofSeconds(1));

        assertThat(rhythm.pause(0, () -> 0L)).isEqualTo(Duration.ofMillis(100));
        assertThat(rhythm.pause(1, () -> 0L)).isEqualTo(Duration.ofMillis(200));
        assertThat(rhythm.pause(3, () -> 0L)).isEqualTo(Duration.ofMillis(800));
        assertThat(rhythm.pause(4, () -> 0L)).isEqualTo(Duration.ofSeconds(1));
        assertThat(rhythm.pause(1_000, () -> 0L)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void jitterSpreadsPausesAroundTheInterval() {
        var rhythm = Rhythm.every(Duration.ofSeconds(10));

        assertThat(rhythm.pause(0, () -> 0L)).isEqualTo(Duration.ofSeconds(9));
        assertThat(rhythm.pause(0, () -> -1L))
                .isBetween(Duration.ofSeconds(10), Duration.ofSeconds(11));
    }

    @Test
    void aRhythmWithoutSenseIsRefused() {
        assertThatThrownBy(() -> Rhythm.every(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Rhythm(NEVER, 2, NEVER))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Rhythm(NEVER, 0, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTickRunsOneRoundOnTheCallersThreadAndHandsOverItsException() throws Exception {
        var caller = Thread.currentThread();
        assertThat(loop(NEVER, () -> Thread.currentThread().equals(caller)).tick()).isTrue();

        assertThatThrownBy(() ->
                        loop(
                                        NEVER,
                                        () -> {
                                            throw new IOException("as it is");
                                        })
                                .tick())
                .isInstanceOf(IOException.class);
        assertThat(loop.failures()).isEqualTo(1);
    }

    @Test
    void aCompletedRoundCanBeAwaited() throws Exception {
        loop(Duration.ofMillis(1), this::count).start();
        var before = rounds.get();

        assertThat(loop.awaitRound(PATIENT)).isTrue();

        assertThat(rounds.get()).isGreaterThan(before);
    }

    @Test
    void awaitingARoundThatNeverComesEnds() throws Exception {
        assertThat(loop(NEVER, this::count).awaitRound(Duration.ofMillis(10))).isFalse();
    }

    @Test
    void closingInterruptsARoundThatBlocks() throws Exception {
        var inside = new CountDownLatch(1);
        var interrupted = new AtomicBoolean();
        loop(
                        NEVER,
                        () -> {
                            inside.countDown();
                            try {
                                new CountDownLatch(1).await();
                            } catch (InterruptedException end) {
                                interrupted.set(true);
                                throw end;
                            }
                            return false;
                        })
                .start();
        inside.await();

        loop.close();
        loop.close();

        assertThat(interrupted).isTrue();
    }

    @Test
    void aClosedLoopStaysClosed() throws Exception {
        loop(Duration.ofMillis(1), this::count).close();

        loop.start();

        assertThat(loop.awaitRound(Duration.ofMillis(20))).isFalse();
        assertThat(rounds).hasValue(0);
    }

    @Test
    void startingTwiceMakesOneThread() throws Exception {
        var together = new AtomicInteger();
        var most = new AtomicInteger();
        loop(
                Duration.ofMillis(1),
                () -> {
                    most.accumulateAndGet(together.incrementAndGet(), Math::max);
                    together.decrementAndGet();
                    return rounds.incrementAndGet() < 50;
                });
        loop.start();
        loop.start();
        loop.tick();

        await().atMost(PATIENT).until(() -> rounds.get() >= 50);
        assertThat(most).hasValue(1);
    }

    @Test
    void theAgeOfTheLastRoundStartsAnewWithEachRound() throws Exception {
        var hanging = loop(NEVER, this::count);
        await().atMost(PATIENT)
                .until(() -> hanging.sinceLastRound().compareTo(Duration.ofMillis(5)) > 0);
        var before = hanging.sinceLastRound();

        hanging.tick();

        assertThat(hanging.sinceLastRound()).isLessThan(before.plus(PATIENT));
        assertThat(hanging.name()).isEqualTo("test");
    }

    @Test
    void closingFromWithinTheStepEndsTheLoop() {
        loop(
                        Duration.ofMillis(1),
                        () -> {
                            rounds.incrementAndGet();
                            loop.close();
                            return true;
                        })
                .start();

        await().atMost(PATIENT).until(() -> rounds.get() == 1);
        assertThat(rounds).hasValue(1);
    }
}
