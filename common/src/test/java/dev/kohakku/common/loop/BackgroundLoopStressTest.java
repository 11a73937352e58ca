package dev.kohakku.common.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** Starts, wakes, ticks and closes loops from several threads at once, in every order. */
class BackgroundLoopStressTest {

    private static final int LOOPS = 400;
    private static final int THREADS = 6;
    private static final int CALLS = 25;
    private static final Duration PATIENT = Duration.ofSeconds(20);

    /** The work of one loop, which watches who does it. */
    private static final class Watched {

        final AtomicInteger inside = new AtomicInteger();
        final AtomicInteger together = new AtomicInteger();
        final AtomicLong ownRounds = new AtomicLong();
        final AtomicInteger afterClose = new AtomicInteger();
        final Set<Thread> own = ConcurrentHashMap.newKeySet();
        final Set<Thread> callers = ConcurrentHashMap.newKeySet();
        final CountDownLatch ran = new CountDownLatch(5);
        final boolean fails;
        volatile boolean closed;

        Watched(boolean fails) {
            this.fails = fails;
        }

        boolean round() {
            if (inside.incrementAndGet() > 1) {
                together.incrementAndGet();
            }
            var thread = Thread.currentThread();
            if (!callers.contains(thread)) {
                own.add(thread);
                ownRounds.incrementAndGet();
                ran.countDown();
                if (closed) {
                    afterClose.incrementAndGet();
                }
            }
            Thread.onSpinWait();
            inside.decrementAndGet();
            if (fails && ownRounds.get() % 7 == 3) {
                throw new IllegalStateException("a round that fails");
            }
            return ownRounds.get() % 3 == 0;
        }
    }

    @Test
    void whateverIsCalledInWhateverOrderRoundsAreAloneAndNoneFollowsTheClose() throws Exception {
        var rounds = 0L;
        try (var pool = Executors.newFixedThreadPool(THREADS)) {
            for (var seed = 0; seed < LOOPS; seed++) {
                rounds += stress(pool, seed);
            }
        }

        // why: loops closed before they ran would prove nothing.
        assertThat(rounds).isGreaterThan(LOOPS);
    }

    private static long stress(ExecutorService pool, int seed) throws Exception {
        // why few: each failure is a trace in the log.
        var watched = new Watched(seed % 20 == 0);
        var loop =
                new BackgroundLoop(
                        "stress",
                        new Rhythm(Duration.ofNanos(50_000), 0.5, Duration.ofMillis(1)),
                        watched::round);
        var together = new CyclicBarrier(THREADS);
        var calls = new ArrayList<Future<?>>();
        for (var thread = 0; thread < THREADS; thread++) {
            var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed * 31L + thread);
            var last = thread == 0;
            calls.add(
                    pool.submit(() -> {
                        watched.callers.add(Thread.currentThread());
                        together.await();
                        call(loop, random);
                        close(loop, watched, seed % 2 == 0, last);
                        return null;
                    }));
        }
        for (var call : calls) {
            call.get();
        }

        assertThat(watched.together).as("rounds at one time, seed %s", seed).hasValue(0);
        assertThat(watched.afterClose).as("rounds after a close, seed %s", seed).hasValue(0);
        assertThat(watched.own).as("threads of the loop, seed %s", seed).hasSizeLessThan(2);
        assertThat(watched.own)
                .as("threads that live on, seed %s", seed)
                .noneMatch(Thread::isAlive);
        return watched.ownRounds.get();
    }

    private static void call(BackgroundLoop loop, RandomGenerator random) throws Exception {
        for (var i = 0; i < CALLS; i++) {
            switch (random.nextInt(4)) {
                case 0 -> loop.start();
                case 1 -> loop.wake();
                case 2 -> tick(loop);
                default -> loop.sinceLastRound();
            }
        }
    }

    /** Half of the loops are closed by anybody at any moment, the others once they have run. */
    private static void close(BackgroundLoop loop, Watched watched, boolean anytime, boolean last)
            throws InterruptedException {
        if (!anytime && !last) {
            return;
        }
        if (!anytime) {
            loop.start();
            assertThat(watched.ran.await(PATIENT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
        loop.close();
        watched.closed = true;
        loop.start();
        loop.wake();
    }

    private static void tick(BackgroundLoop loop) throws Exception {
        try {
            loop.tick();
        } catch (IllegalStateException expected) {
            assertThat(expected).hasMessage("a round that fails");
        }
    }

    @Test
    void manyClosersAtOnceAllReturnOnceTheThreadHasEnded() throws Exception {
        var watched = new Watched(false);
        var loop = new BackgroundLoop("stress", Rhythm.every(Duration.ofMillis(1)), watched::round);
        loop.start();
        assertThat(loop.awaitRound(PATIENT)).isTrue();
        try (var pool = Executors.newFixedThreadPool(THREADS)) {
            var closers = new ArrayList<Future<Boolean>>();
            for (var i = 0; i < THREADS; i++) {
                closers.add(
                        pool.submit(() -> {
                            loop.close();
                            return List.copyOf(watched.own).stream().noneMatch(Thread::isAlive);
                        }));
            }
            for (var closer : closers) {
                assertThat(closer.get()).isTrue();
            }
        }
    }
}
