package dev.kohakku.dispatcher.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.common.task.TestingSpec;
import dev.kohakku.common.time.TestingClock;
import dev.kohakku.common.wire.FoundContainer;
import dev.kohakku.dispatcher.attempt.TestingDispatcher;
import dev.kohakku.dispatcher.attempt.TestingDispatcher.World;
import dev.kohakku.dispatcher.backend.Backends;
import dev.kohakku.dispatcher.identity.DispatcherIdentity;
import dev.kohakku.dispatcher.report.FakeRegistry;
import dev.kohakku.dispatcher.report.Inventories;
import dev.kohakku.dispatcher.report.Lease;
import dev.kohakku.dispatcher.report.LiveLease;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.web.client.ResourceAccessException;

/** Only what the Controller names, and never what is in work here. */
class DanglingContainerReaperTest {

    private static final DispatcherIdentity IDENTITY =
            new DispatcherIdentity("d-1", "instance", URI.create("http://localhost:8080"));

    private final TestingClock clock = new TestingClock();
    private final World world = World.of(clock);
    private final FakeRegistry registry = new FakeRegistry();
    private final Lease lease = LiveLease.of(clock::instant);
    private TestingDispatcher dispatcher;
    private AttemptId attempt;

    @BeforeEach
    void leaveAContainer() throws Exception {
        attempt = world.controller().queue(TestingIds.newAttempt(), TestingSpec.of("sleep"));
        dispatcher = new TestingDispatcher(world);
        launch(attempt);
        dispatcher.stop();
        dispatcher = new TestingDispatcher(world);
    }

    @AfterEach
    void stop() throws InterruptedException {
        dispatcher.stop();
    }

    private void launch(AttemptId launched) {
        dispatcher.begin(launched);
        await().until(() -> world.backend().isRunning(launched));
    }

    private DanglingContainerReaper reaper() {
        return new DanglingContainerReaper(
                new Inventories(registry, IDENTITY, lease),
                new Backends(List.of(world.backend().served())),
                dispatcher.running(),
                clock::instant);
    }

    private static FoundContainer named(AttemptId of) {
        return new FoundContainer(of.task(), of.number(), "box-" + of);
    }

    @Test
    void theControllerHearsOfEveryContainerAndOfTheScope() throws Exception {
        reaper().step();

        assertThat(registry.inventories()).hasSize(1);
        var inventory = registry.inventories().getFirst();
        assertThat(inventory.instance()).isEqualTo("instance");
        assertThat(inventory.scopes())
                .singleElement()
                .satisfies(scope -> {
                    assertThat(scope.scope()).isEqualTo("memory");
                    assertThat(scope.age()).isZero();
                    assertThat(scope.containers()).containsExactly(named(attempt));
                });
        assertThat(world.backend().isRunning(attempt)).isTrue();
    }

    @Test
    void anInventoryIsAsOldAsTheBeginningOfItsSearch() throws Exception {
        world.backend().duringNextList(() -> clock.advance(Duration.ofSeconds(4)));

        reaper().step();

        assertThat(registry.inventories().getFirst().scopes().getFirst().age())
                .isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void whatIsNamedIsDestroyed() throws Exception {
        registry.order(List.of(named(attempt)));

        reaper().step();

        assertThat(world.backend().exists(attempt)).isFalse();
    }

    @Test
    void whatIsInWorkHereIsNotDestroyed() throws Exception {
        registry.order(List.of(named(attempt)));
        dispatcher.begin(attempt);
        await().until(() -> dispatcher.running().find(attempt).isPresent());

        reaper().step();

        assertThat(world.backend().isRunning(attempt)).isTrue();
    }

    @Test
    void whatWasNotInTheInventoryIsNotDestroyed() throws Exception {
        registry.order(List.of(new FoundContainer(attempt.task(), attempt.number(), "another")));

        reaper().step();

        assertThat(world.backend().isRunning(attempt)).isTrue();
    }

    @Test
    void withoutAnAnswerNothingIsDestroyed() throws Exception {
        registry.order(List.of(named(attempt)));
        registry.fail(new ResourceAccessException("told to be away"));

        reaper().step();

        assertThat(world.backend().isRunning(attempt)).isTrue();
    }

    @Test
    void aBackendThatCannotBeSearchedIsLeftOut() throws Exception {
        world.backend().setDown(true);

        reaper().step();

        assertThat(registry.inventories()).isEmpty();
    }

    @Test
    void withoutALeaseNothingIsSaid() throws Exception {
        LiveLease.lapse(lease);

        reaper().step();

        assertThat(registry.calls()).isEmpty();
    }

    @Test
    void aStopWhileItDeletesLosesNothing() throws Exception {
        var second = world.controller().queue(TestingIds.newAttempt(), TestingSpec.of("sleep"));
        launch(second);
        dispatcher.stop();
        dispatcher = new TestingDispatcher(world);
        registry.order(List.of(named(attempt), named(second)));
        world.backend().stopDuringNextDestroy();

        assertThat(catchThrowable(() -> reaper().step())).isInstanceOf(InterruptedException.class);
        assertThat(world.backend().list()).hasSize(1);
        reaper().step();

        assertThat(world.backend().list()).isEmpty();
    }
}
