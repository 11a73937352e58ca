package dev.kohakku.controller.role;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RoleLoopsTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Set<String> ran = new ConcurrentSkipListSet<>();
    private final BackgroundLoop api = loop("api");
    private final BackgroundLoop dispatch = loop("dispatch");
    private final BackgroundLoop cleanup = loop("cleanup");

    @AfterEach
    void close() {
        List.of(api, dispatch, cleanup).forEach(BackgroundLoop::close);
    }

    @Test
    void aProcessThatAnswersRequestsRunsTheLoopsOfTheApi() throws Exception {
        started(Set.of(Roles.Role.API), Set.of(Roles.Queue.values()));

        assertThat(api.awaitRound(LIMIT)).isTrue();
        assertThat(ran).containsExactly("api");
    }

    @Test
    void aWorkerRunsTheLoopsOfItsQueuesAndNoneOfTheApi() throws Exception {
        started(Set.of(Roles.Role.WORKER), Set.of(Roles.Queue.CLEANUP));

        assertThat(cleanup.awaitRound(LIMIT)).isTrue();
        assertThat(ran).containsExactly("cleanup");
    }

    @Test
    void whatHangsInOneLoopHoldsUpTheStopOfNoOther() throws Exception {
        var interrupted = new CountDownLatch(3);
        var inside = new CountDownLatch(3);
        var hanging = Stream.of("a", "b", "c").map(name -> hanging(name, inside, interrupted));
        var loops =
                new RoleLoops(
                        hanging.map(ApiLoop::new).map(RoleLoop.class::cast).toList(),
                        new Roles(Set.of(Roles.Role.API), Set.of(), 1),
                        new SimpleMeterRegistry());
        loops.start();
        inside.await();

        loops.stop();

        assertThat(ran).as("saw the others be stopped too").containsExactly("a", "b", "c");
    }

    /** Its round ends once those of all are to. */
    private BackgroundLoop hanging(String name, CountDownLatch inside, CountDownLatch interrupted) {
        return new BackgroundLoop(
                name,
                Rhythm.every(LIMIT),
                () -> {
                    inside.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException stopped) {
                        interrupted.countDown();
                    }
                    if (interrupted.await(5, TimeUnit.SECONDS)) {
                        ran.add(name);
                    }
                    return false;
                });
    }

    private void started(Set<Roles.Role> active, Set<Roles.Queue> queues) {
        new RoleLoops(
                        List.of(
                                new ApiLoop(api),
                                new WorkerLoop(dispatch, Roles.Queue.DISPATCH),
                                new WorkerLoop(cleanup, Roles.Queue.CLEANUP)),
                        new Roles(active, queues, 1),
                        new SimpleMeterRegistry())
                .start();
    }

    private BackgroundLoop loop(String name) {
        return new BackgroundLoop(
                name,
                Rhythm.every(Duration.ofMillis(1)),
                () -> {
                    ran.add(name);
                    return false;
                });
    }
}
