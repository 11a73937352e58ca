package dev.kohakku.dispatcher.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.common.task.TestingSpec;
import dev.kohakku.common.time.TestingClock;
import dev.kohakku.common.wire.AttemptRef;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.common.wire.DispatchMode;
import dev.kohakku.common.wire.Prefetch;
import dev.kohakku.dispatcher.attempt.TestingDispatcher;
import dev.kohakku.dispatcher.attempt.TestingDispatcher.World;
import dev.kohakku.dispatcher.identity.DispatcherIdentity;
import dev.kohakku.dispatcher.report.Cordon;
import dev.kohakku.dispatcher.report.DispatcherStatus;
import dev.kohakku.dispatcher.report.FakeRegistry;
import dev.kohakku.dispatcher.report.Lease;
import dev.kohakku.dispatcher.report.Orders;
import dev.kohakku.dispatcher.report.Pauses;
import dev.kohakku.dispatcher.report.Registration;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The order in which a dispatcher stops. */
class DispatcherLifecycleTest {

    private final TestingClock clock = new TestingClock();
    private final World world = World.of(clock);
    private final TestingDispatcher dispatcher = new TestingDispatcher(world);
    private final FakeRegistry registry = new FakeRegistry();
    private final Registration registration =
            new Registration(
                    registry,
                    new DispatcherIdentity("d-1", "instance", URI.create("http://localhost:8080")),
                    new Registration.Terms(
                            new Registration.Intake(
                                    DispatchMode.BUS, "kohakku:tasks", "default", Map.of()),
                            "test",
                            new Pauses(Duration.ofSeconds(1), Duration.ofSeconds(5))),
                    new Registration.Grants(new Lease(clock::instant), new Cordon()),
                    new NothingToSay(),
                    new NothingToDo(),
                    clock::instant);
    private final AtomicInteger rounds = new AtomicInteger();
    private final BackgroundLoop loop =
            new BackgroundLoop(
                    "busy",
                    Rhythm.every(Duration.ofMillis(1)),
                    () -> {
                        rounds.incrementAndGet();
                        return true;
                    });
    private final DispatcherLifecycle lifecycle =
            new DispatcherLifecycle(List.of(loop), dispatcher.running(), registration);

    private record NothingToSay() implements DispatcherStatus {
        @Override
        public int capacity() {
            return 1;
        }

        @Override
        public int freeSlots() {
            return 1;
        }

        @Override
        public List<AttemptRef> running() {
            return List.of();
        }

        @Override
        public List<BackendStatus> backends() {
            return List.of();
        }
    }

    private record NothingToDo() implements Orders {
        @Override
        public void cancel(List<AttemptRef> attempts) {}

        @Override
        public void letGo(List<AttemptRef> attempts) {}

        @Override
        public void resume(List<AttemptRef> attempts) {}

        @Override
        public void prefetch(List<Prefetch> images) {}
    }

    @Test
    void atTheFarewellNoLoopRunsAndNoAttemptIsInWork() {
        var attempt = world.controller().queue(TestingIds.newAttempt(), TestingSpec.of("sleep"));
        lifecycle.start();
        registration.step();
        dispatcher.begin(attempt);
        await().until(() -> world.backend().isRunning(attempt) && rounds.get() > 0);
        var wasLast = new AtomicBoolean();
        registry.meanwhile(() -> wasLast.set(isStill() && dispatcher.running().all().isEmpty()));

        lifecycle.stop();

        assertThat(registry.calls()).containsExactly("check-in", "leave");
        assertThat(wasLast).isTrue();
        assertThat(world.backend().isRunning(attempt)).isTrue();
        assertThat(lifecycle.isRunning()).isFalse();
    }

    /** Whether the loop has stopped: it would have begun a round by now. */
    private boolean isStill() {
        try {
            return !loop.awaitRound(Duration.ofMillis(200));
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Test
    void whoWasNeverCheckedInStopsWithoutAFarewell() {
        lifecycle.start();
        lifecycle.stop();

        assertThat(registry.calls()).isEmpty();
        assertThat(lifecycle.isRunning()).isFalse();
    }
}
