package dev.kohakku.dispatcher.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.ImageReference;
import dev.kohakku.common.task.RegistryLogin;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.WantedImage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PullGateTest {

    private static final ImageReference IMAGE = ImageReference.parse("team/tool:1");
    private static final WantedImage WANTED = new WantedImage(IMAGE, null);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final FakeImagePuller engine = new FakeImagePuller();
    private final List<PullStep> steps = new CopyOnWriteArrayList<>();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private static PullGate gate(PullPolicy policy, int atOnce) {
        var settings =
                new ImageSettings(policy, atOnce, Duration.ofMinutes(1), 3, Duration.ofMillis(1));
        return new PullGate(settings, InstantSource.system());
    }

    private static PullGate gate() {
        return gate(PullPolicy.IF_NOT_PRESENT, 4);
    }

    private Future<?> ensure(PullGate gate, ImageReference image) {
        return threads.submit(() -> {
            gate.ensure(engine, new WantedImage(image, null), steps::add);
            return null;
        });
    }

    private static BackendException failure(FailureKind kind) {
        return BackendException.refused(kind, "the engine's words", null);
    }

    @Test
    void anImageThatIsThereIsNotPulled() throws InterruptedException {
        engine.hold(IMAGE);
        gate().ensure(engine, WANTED, steps::add);
        assertThat(steps).containsExactly(new PullStep.Present());
        assertThat(engine.pulls()).isZero();
    }

    @Test
    void oneImageIsPulledOnceForAllWhoWait() throws Exception {
        var gate = gate();
        var waiting = new ArrayList<Future<?>>();
        for (int i = 0; i < 20; i++) {
            waiting.add(ensure(gate, IMAGE));
        }
        await().until(() -> steps.size() == 20);
        engine.let(1);
        for (var each : waiting) {
            each.get();
        }
        assertThat(engine.pulls()).isEqualTo(1);
        assertThat(steps.stream().filter(PullStep.Pulling.class::isInstance)).hasSize(20);
        assertThat(steps.stream().filter(PullStep.Pulled.class::isInstance)).hasSize(20);
    }

    @Test
    void aPullByAnotherLoginIsNotJoined() throws Exception {
        var gate = gate();
        var waiting = new ArrayList<Future<?>>();
        for (var password : List.of("old", "new")) {
            var wanted = new WantedImage(IMAGE, new RegistryLogin("bob", password));
            waiting.add(
                    threads.submit(() -> {
                        gate.ensure(engine, wanted, steps::add);
                        return null;
                    }));
        }
        await().until(() -> engine.going() == 2);
        engine.let(2);
        for (var each : waiting) {
            each.get();
        }
        assertThat(engine.pulls()).isEqualTo(2);
    }

    @Test
    void howFarAPullIsIsToldToThoseWhoWait() throws Exception {
        engine.let(1);
        gate().ensure(engine, WANTED, steps::add);
        assertThat(steps)
                .containsSequence(
                        new PullStep.Pulling(), new PullStep.Progressed(FakeImagePuller.PROGRESS));
    }

    @Test
    void onlySoManyArePulledAtOnce() throws Exception {
        var gate = gate(PullPolicy.IF_NOT_PRESENT, 2);
        var waiting = new ArrayList<Future<?>>();
        for (int i = 0; i < 6; i++) {
            waiting.add(ensure(gate, ImageReference.parse("team/tool:" + i)));
        }
        await().until(() -> engine.going() == 2);
        engine.let(6);
        for (var each : waiting) {
            each.get();
        }
        assertThat(engine.pulls()).isEqualTo(6);
        assertThat(engine.mostAtOnce()).isEqualTo(2);
    }

    @Test
    void whoIsInterruptedLeavesTheOthersTheirPull() throws Exception {
        var gate = gate();
        var leaving = ensure(gate, IMAGE);
        var staying = ensure(gate, IMAGE);
        await().until(() -> steps.size() == 2);
        leaving.cancel(true);
        engine.let(1);
        staying.get();
        assertThat(engine.givenUp()).isZero();
        assertThat(engine.pulls()).isEqualTo(1);
    }

    @Test
    void theLastToLeaveGivesThePullUpAndFreesItsSlot() throws Exception {
        var gate = gate(PullPolicy.IF_NOT_PRESENT, 1);
        var leaving = ensure(gate, IMAGE);
        await().until(() -> engine.going() == 1);
        leaving.cancel(true);
        await().until(() -> engine.givenUp() == 1);
        engine.let(1);
        ensure(gate, IMAGE).get();
        assertThat(engine.pulls()).isEqualTo(2);
    }

    @Test
    void aFailureForGoodIsToldAtOnceAndForgotten() throws Exception {
        var gate = gate();
        engine.failNext(failure(FailureKind.IMAGE_NOT_FOUND));
        engine.let(1);
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> ensure(gate, IMAGE).get())
                .withCauseInstanceOf(BackendException.class)
                .withMessageContaining("the engine's words");
        engine.let(1);
        ensure(gate, IMAGE).get();
        assertThat(engine.pulls()).isEqualTo(2);
    }

    @Test
    void aFailureForNowIsTriedAgainWithinBounds() throws InterruptedException {
        engine.failNext(failure(FailureKind.IMAGE_PULL_FAILED));
        engine.let(2);
        gate().ensure(engine, WANTED, steps::add);
        assertThat(steps)
                .hasSize(5)
                .contains(new PullStep.Retrying("the engine's words", Duration.ofMillis(1)));
        assertThat(steps.getLast()).isInstanceOf(PullStep.Pulled.class);
    }

    @Test
    void afterTheLastTryTheFailureIsTold() {
        for (int i = 0; i < 3; i++) {
            engine.failNext(failure(FailureKind.IMAGE_PULL_FAILED));
        }
        engine.let(3);
        var refusal =
                catchThrowableOfType(
                        BackendException.class, () -> gate().ensure(engine, WANTED, steps::add));
        assertThat(refusal.kind()).isEqualTo(FailureKind.IMAGE_PULL_FAILED);
        assertThat(engine.pulls()).isEqualTo(3);
    }

    @Test
    void anEngineThatDoesNotAnswerOnceCostsNothing() throws InterruptedException {
        engine.hold(IMAGE);
        engine.failLooks(2);
        gate().ensure(engine, WANTED, steps::add);
        engine.failLooks(2);
        gate(PullPolicy.NEVER, 1).ensure(engine, WANTED, steps::add);
        assertThat(engine.pulls()).isZero();
        assertThat(steps.getLast()).isEqualTo(new PullStep.Present());
    }

    @Test
    void alwaysPullsWhatIsThere() throws InterruptedException {
        engine.hold(IMAGE);
        engine.let(1);
        gate(PullPolicy.ALWAYS, 1).ensure(engine, WANTED, steps::add);
        assertThat(engine.pulls()).isEqualTo(1);
    }

    @Test
    void neverRefusesWhatIsNotThere() {
        var gate = gate(PullPolicy.NEVER, 1);
        var refusal =
                catchThrowableOfType(
                        BackendException.class, () -> gate.ensure(engine, WANTED, steps::add));
        assertThat(refusal.kind()).isEqualTo(FailureKind.IMAGE_NOT_FOUND);
        assertThat(refusal).hasMessageContaining("never");
        assertThat(engine.pulls()).isZero();
    }
}
