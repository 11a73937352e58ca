package dev.kohakku.dispatcher.backend.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.ImageReference;
import dev.kohakku.common.task.Resources;
import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskSpec;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.common.task.TestingSpec;
import dev.kohakku.common.time.TestingClock;
import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.common.wire.Callback;
import dev.kohakku.dispatcher.attempt.TestingDispatcher;
import dev.kohakku.dispatcher.attempt.TestingDispatcher.World;
import dev.kohakku.dispatcher.backend.Backends;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** About one task in a hundred never leaves its start state; the whole way of such an attempt. */
@Timeout(60)
class EcsStartTimeoutTest {

    private final EcsUnderTest under = EcsUnderTest.quick();
    private final TestingClock clock = new TestingClock();
    private final World world = World.of(clock);
    private final TestingDispatcher dispatcher =
            new TestingDispatcher("d-1", world, new Backends(List.of(under.open("blue"))));

    @AfterEach
    void close() throws InterruptedException {
        dispatcher.stop();
        under.ecs().close();
    }

    private static TaskSpec onEcs(Map<String, String> env) {
        var small = TestingSpec.of("program");
        return new TaskSpec(
                "test",
                ImageReference.parse("registry.example/program:1"),
                List.of("program"),
                null,
                Map.of(),
                List.of(),
                List.of(),
                List.of(),
                env,
                Resources.UNLIMITED,
                List.of(),
                new RuntimeTarget(RuntimeType.ECS, null),
                small.timeouts(),
                3,
                5,
                Map.of(),
                small.completion(),
                null);
    }

    @Test
    void aTaskThatNeverLeavesItsStartStateTimesOutAndIsStoppedAndForgotten() throws Exception {
        var attempt =
                world.controller()
                        .queue(TestingIds.newAttempt(), onEcs(Map.of("FAKE_NEVER_STARTS", "true")));
        dispatcher.begin(attempt);
        await().until(() ->
                world.controller().events(attempt).stream()
                        .anyMatch(event ->
                                event instanceof AttemptEvent.Backend said
                                        && said.step().equals("provisioning")));

        clock.advance(Duration.ofMinutes(6));

        await().atMost(Duration.ofSeconds(30))
                .until(() -> !world.controller().ends(attempt).isEmpty());
        var end = world.controller().ends(attempt).getFirst();
        assertThat(end.status()).isEqualTo(Callback.Status.TIMED_OUT);
        assertThat(end.failureKind()).isEqualTo(FailureKind.START_TIMEOUT);
        assertThat(FailureKind.START_TIMEOUT.isRetryable()).isTrue();
        await().until(() -> dispatcher.running().all().isEmpty());
        var task = under.ecs().cluster().tasks().getFirst();
        assertThat(task.described(Instant.now())).containsEntry("lastStatus", "STOPPED");
        await().untilAsserted(() -> assertThat(under.backend("blue").list()).isEmpty());
    }

    @Test
    void aTaskOfTheSameDispatcherThatRunsCompletes() {
        var attempt = world.controller().queue(TestingIds.newAttempt(), onEcs(Map.of()));
        dispatcher.begin(attempt);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !world.controller().ends(attempt).isEmpty());
        assertThat(world.controller().ends(attempt).getFirst().status())
                .isEqualTo(Callback.Status.COMPLETED);
    }
}
