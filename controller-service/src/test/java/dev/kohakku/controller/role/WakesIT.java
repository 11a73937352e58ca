package dev.kohakku.controller.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.common.queue.redis.RedisConnections;
import dev.kohakku.common.queue.redis.RedisEndpoints;
import dev.kohakku.common.queue.redis.WakeChannel;
import dev.kohakku.standalone.engine.TestEngines;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Processes as objects: each with its roles, its loop and its connections. */
class WakesIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final String installation = UUID.randomUUID().toString();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @AfterEach
    void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    @Test
    void aProcessWithoutTheLoopWakesTheOneThatHasIt() throws Exception {
        var rounds = new AtomicInteger();
        var worker = process(Set.of(Roles.Role.WORKER), rounds);
        var api = process(Set.of(Roles.Role.API), new AtomicInteger());

        // why again and again: a wake before the other listens is lost, as it may be.
        assertThat(wakesUntil(api, () -> rounds.get() > 0)).isTrue();
        assertThat(worker.isRunning()).isTrue();
    }

    @Test
    void aProcessWithTheLoopCallsNobody() throws Exception {
        var heard = new Semaphore(0);
        channel().listen(_ -> heard.release());
        var rounds = new AtomicInteger();
        var worker = process(Set.of(Roles.Role.values()), rounds);

        assertThat(wakesUntil(worker, () -> rounds.get() > 2)).isTrue();

        channel().call(List.of("dispatch"));
        heard.acquire();
        assertThat(heard.tryAcquire()).as("a second word").isFalse();
    }

    @Test
    void manyWakesAtOnceAreFewCalls() throws Exception {
        var heard = new AtomicInteger();
        var last = new Semaphore(0);
        channel()
                .listen(word -> {
                    heard.incrementAndGet();
                    if ("hand-over".equals(word)) {
                        last.release();
                    }
                });
        var api = process(Set.of(Roles.Role.API), new AtomicInteger());
        var began = System.nanoTime();

        for (var i = 0; i < 100_000; i++) {
            api.wake(Topic.DISPATCH);
        }
        api.wake(Topic.HAND_OVER);

        assertThat(last.tryAcquire(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        var gaps = (System.nanoTime() - began) / Wakes.GAP.toNanos();
        assertThat((long) heard.get()).isLessThanOrEqualTo(gaps + 3);
    }

    @Test
    void wordsOfANewerProcessAreNotForUs() throws Exception {
        var rounds = new AtomicInteger();
        var worker = process(Set.of(Roles.Role.WORKER), rounds);
        var api = process(Set.of(Roles.Role.API), new AtomicInteger());

        channel().call(List.of("something-new", ""));

        assertThat(wakesUntil(api, () -> rounds.get() > 0)).isTrue();
        assertThat(worker.isRunning()).isTrue();
    }

    @Test
    void whileRedisIsAwayAWakeIsLostAndNothingElse() {
        var nowhere = connections("redis://127.0.0.1:1");
        var api =
                new Wakes(
                        List.of(),
                        new Roles(Set.of(Roles.Role.API), Set.of(), 1),
                        new WakeChannel(nowhere, installation));
        open.push(api::stop);
        api.start();

        for (var i = 0; i < 1_000; i++) {
            api.wake(Topic.DISPATCH);
        }

        assertThat(api.isRunning()).isTrue();
    }

    private boolean wakesUntil(Wakes from, BooleanSupplier happened) {
        var end = System.nanoTime() + LIMIT.toNanos();
        while (!happened.getAsBoolean() && System.nanoTime() < end) {
            from.wake(Topic.DISPATCH);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        return happened.getAsBoolean();
    }

    /** Its Enqueuer makes no round by itself but the first. */
    private Wakes process(Set<Roles.Role> active, AtomicInteger rounds) throws Exception {
        var roles = new Roles(active, Set.of(Roles.Queue.values()), 1);
        var loop =
                new BackgroundLoop(
                        "enqueuer",
                        Rhythm.every(Duration.ofHours(1)),
                        () -> {
                            rounds.incrementAndGet();
                            return false;
                        });
        open.push(loop);
        loop.start();
        await().atMost(LIMIT).until(() -> rounds.get() > 0);
        rounds.set(0);
        var worker = new WorkerLoop(loop, Roles.Queue.DISPATCH, Set.of(Topic.DISPATCH));
        var wakes = new Wakes(List.of(worker), roles, channel());
        open.push(wakes::stop);
        wakes.start();
        return wakes;
    }

    private WakeChannel channel() {
        var channel = new WakeChannel(connections(TestEngines.redis().url()), installation);
        open.push(channel);
        return channel;
    }

    private RedisConnections connections(String url) {
        var connections =
                new RedisConnections(
                        new RedisEndpoints(url, null, null, null, Duration.ofSeconds(15)));
        open.push(connections);
        return connections;
    }
}
