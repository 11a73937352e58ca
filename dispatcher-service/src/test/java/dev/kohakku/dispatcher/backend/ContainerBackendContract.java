package dev.kohakku.dispatcher.backend;

import static dev.kohakku.dispatcher.backend.StartPermits.YES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.MemoryQuantity;
import dev.kohakku.common.task.PortMapping;
import dev.kohakku.common.task.Resources;
import dev.kohakku.dispatcher.backend.BackendUnderTest.Program;
import dev.kohakku.dispatcher.backend.StopProgress.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every backend promises. Where a capability is false, the refusal is what is promised. */
@Timeout(60)
public abstract class ContainerBackendContract {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final MemoryQuantity LIMIT = MemoryQuantity.parse("32Mi");

    private final BackendUnderTest under;
    private final String installation = "test-" + UUID.randomUUID().toString().substring(0, 8);
    private ContainerBackend backend;

    protected ContainerBackendContract(BackendUnderTest under) {
        this.under = under;
    }

    @BeforeEach
    void open() {
        backend = under.open(installation).containers();
    }

    @AfterEach
    void nothingIsLeftBehind() throws InterruptedException {
        for (var handle : backend.list()) {
            backend.destroy(handle);
        }
        assertThat(backend.list()).isEmpty();
    }

    protected final BackendUnderTest under() {
        return under;
    }

    /** The backend of this test. */
    protected final ContainerBackend backend() {
        return backend;
    }

    protected final ContainerSpecs spec(Program program) {
        return ContainerSpecs.spec().image(under.image()).runs(program);
    }

    private ContainerHandle started(Program program) throws InterruptedException {
        return backend.start(spec(program).build(), YES, StartProgress.NONE);
    }

    @Test
    void startingTheSameAttemptTwiceYieldsOneContainer() throws InterruptedException {
        var spec = spec(under.sleeps()).build();
        var first = backend.start(spec, YES, StartProgress.NONE);
        var second = backend.start(spec, YES, StartProgress.NONE);
        assertThat(second).isEqualTo(first);
        assertThat(backend.list()).containsExactly(first);
    }

    @Test
    void startingTheSameAttemptAtOnceYieldsOneContainer() throws Exception {
        var spec = spec(under.sleeps()).build();
        var handles = atOnce(8, () -> backend.start(spec, YES, StartProgress.NONE));
        assertThat(handles).allMatch(handles.getFirst()::equals);
        assertThat(backend.list()).hasSize(1);
    }

    @Test
    void aContainerIsFoundAfterARestartOfTheDispatcher() throws InterruptedException {
        var handle = started(under.runs(Duration.ofSeconds(1)));
        var restarted = under.open(installation).containers();
        assertThat(restarted.find(handle.attempt())).contains(handle);
        assertThat(restarted.inspect(handle)).isInstanceOf(ContainerStatus.Running.class);
        assertThat(exitOf(restarted.awaitExit(handle)).exitCode()).isZero();
    }

    @Test
    void anAttemptThatWasNeverStartedIsNotFound() throws InterruptedException {
        assertThat(backend.find(ContainerSpecs.spec().build().attempt())).isEmpty();
    }

    @Test
    void theExitCodeIsTheProgramsOwn() throws InterruptedException {
        assertThat(exitOf(backend.awaitExit(started(under.exits(3)))))
                .isEqualTo(new ExitResult(3, false, null));
        assertThat(exitOf(backend.awaitExit(started(under.exits(0)))).exitCode()).isZero();
    }

    @Test
    void aSignalIsAnExitCodeOver128() throws InterruptedException {
        var exit = exitOf(backend.awaitExit(started(under.isKilled())));
        assertThat(exit.exitCode()).isEqualTo(137);
        assertThat(exit.outOfMemory()).isFalse();
    }

    @Test
    void outOfMemoryIsToldApartOrALimitIsRefused() throws InterruptedException {
        var spec = spec(under.exceedsMemory()).resources(new Resources(null, LIMIT)).build();
        if (!backend.capabilities().resources()) {
            assertRefused(spec, "resources");
            return;
        }
        var exit = exitOf(backend.awaitExit(backend.start(spec, YES, StartProgress.NONE)));
        assertThat(exit.outOfMemory()).isTrue();
        assertThat(exit.exitCode()).isNotZero();
    }

    @Test
    void portsAreOfferedOrRefused() throws InterruptedException {
        var spec =
                spec(under.sleeps()).port(new PortMapping(8080, PortMapping.Protocol.TCP)).build();
        if (!backend.capabilities().ports()) {
            assertRefused(spec, "ports");
            return;
        }
        assertThat(backend.inspect(backend.start(spec, YES, StartProgress.NONE)))
                .isInstanceOf(ContainerStatus.Running.class);
    }

    @Test
    void anExitThatHasHappenedIsAnsweredAtOnceAndAgain() throws InterruptedException {
        var handle = started(under.exits(4));
        var first = backend.awaitExit(handle);
        assertThat(backend.awaitExit(handle)).isEqualTo(first);
        assertThat(backend.inspect(handle)).isEqualTo(first);
    }

    @Test
    void anEndedAttemptIsNotStartedAgain() throws InterruptedException {
        var spec = spec(under.exits(5)).build();
        var handle = backend.start(spec, YES, StartProgress.NONE);
        var end = backend.awaitExit(handle);
        assertThat(backend.start(spec, YES, StartProgress.NONE)).isEqualTo(handle);
        assertThat(backend.inspect(handle)).isEqualTo(end);
    }

    @Test
    void stoppingLetsAProgramEndByTerm() throws InterruptedException {
        var handle = started(under.sleeps());
        var steps = new ArrayList<Step>();
        backend.stop(handle, LONG, steps::add);
        assertThat(steps).containsExactly(Step.TERM_SENT, Step.GONE);
        assertThat(backend.inspect(handle)).isInstanceOf(ContainerStatus.Exited.class);
    }

    @Test
    void stoppingKillsAProgramThatIgnoresTerm() throws InterruptedException {
        var handle = started(under.ignoresTerm());
        var steps = new ArrayList<Step>();
        backend.stop(handle, Duration.ofMillis(300), steps::add);
        assertThat(steps).containsExactly(Step.TERM_SENT, Step.KILL_SENT, Step.GONE);
        assertThat(exitOf(backend.inspect(handle)).exitCode()).isEqualTo(137);
    }

    @Test
    void stoppingWhatHasEndedIsFine() throws InterruptedException {
        var handle = started(under.exits(0));
        backend.awaitExit(handle);
        var steps = new ArrayList<Step>();
        backend.stop(handle, LONG, steps::add);
        assertThat(steps).containsExactly(Step.GONE);
    }

    @Test
    void theMissingCanBeInspectedAwaitedStoppedAndDestroyed() throws InterruptedException {
        var handle = started(under.sleeps());
        backend.destroy(handle);
        assertThat(backend.inspect(handle)).isInstanceOf(ContainerStatus.Missing.class);
        assertThat(backend.awaitExit(handle)).isInstanceOf(ContainerStatus.Missing.class);
        backend.stop(handle, LONG, StopProgress.NONE);
        backend.destroy(handle);
        assertThat(backend.find(handle.attempt())).isEmpty();
    }

    @Test
    void awaitingAnExitEndsWhenTheContainerIsDestroyed() throws Exception {
        var handle = started(under.sleeps());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = threads.submit(() -> backend.awaitExit(handle));
            backend.destroy(handle);
            assertThat(waiting.get())
                    .isInstanceOfAny(ContainerStatus.Missing.class, ContainerStatus.Exited.class);
        }
    }

    @Test
    void onlyTheOwnInstallationIsListed() throws InterruptedException {
        var mine = started(under.sleeps());
        var other = under.open(installation + "-other").containers();
        assertThat(other.list()).isEmpty();
        var theirs = other.start(spec(under.sleeps()).build(), YES, StartProgress.NONE);
        try {
            assertThat(backend.list()).containsExactly(mine);
            assertThat(backend.find(theirs.attempt())).isEmpty();
        } finally {
            other.destroy(theirs);
        }
    }

    @Test
    void whatHasEndedIsListedUntilItIsDestroyed() throws InterruptedException {
        var handle = started(under.exits(0));
        backend.awaitExit(handle);
        assertThat(backend.list()).containsExactly(handle);
    }

    @Test
    void aCommandThatCannotBeStartedIsRefusedAndLeavesNothingThatRan() throws InterruptedException {
        assertRefused(spec(under.missing()).build(), "");
    }

    private void assertRefused(ContainerSpec spec, String word) throws InterruptedException {
        var refusal =
                catchThrowableOfType(
                        BackendException.class, () -> backend.start(spec, YES, StartProgress.NONE));
        assertThat(refusal.kind()).isEqualTo(FailureKind.START_REFUSED);
        assertThat(refusal.isUnknown()).isFalse();
        assertThat(refusal).message().contains(word).isNotBlank();
        var left = backend.find(spec.attempt());
        if (left.isPresent()) {
            assertThat(backend.capabilities().remembersRuns()).isFalse();
            assertThat(backend.inspect(left.get()))
                    .as("it shows that nothing ran")
                    .isInstanceOf(ContainerStatus.Created.class);
            backend.destroy(left.get());
        }
        assertThat(backend.list()).isEmpty();
    }

    @Test
    void anInterruptEndsTheWaitingAndLeavesTheContainer() throws InterruptedException {
        var handle = started(under.sleeps());
        var thrown = new AtomicReference<Throwable>();
        var waiting =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                backend.awaitExit(handle);
                            } catch (InterruptedException e) {
                                thrown.set(e);
                                Thread.currentThread().interrupt();
                            }
                        });
        await().until(() -> waiting.getState() != Thread.State.RUNNABLE);
        waiting.interrupt();
        assertThat(waiting.join(Duration.ofSeconds(5))).isTrue();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(backend.inspect(handle)).isInstanceOf(ContainerStatus.Running.class);
    }

    @Test
    void twentyRunAtOnce() throws Exception {
        var exits =
                atOnce(
                        20,
                        () -> {
                            var handle = started(under.runs(Duration.ofMillis(200)));
                            var exit = exitOf(backend.awaitExit(handle));
                            backend.destroy(handle);
                            return exit.exitCode();
                        });
        assertThat(exits).hasSize(20).containsOnly(0);
        assertThat(backend.list()).isEmpty();
    }

    @Test
    void aHealthyBackendSaysSoAndKeepsItsScope() {
        assertThat(backend.health()).isEqualTo(BackendHealth.HEALTHY);
        assertThat(backend.scope())
                .isNotBlank()
                .isEqualTo(under.open(installation).containers().scope());
    }

    @Test
    void secretsAreNotInTheSpecsWords() {
        var spec = spec(under.sleeps()).env("TOKEN", "s3cr3t-value").build();
        assertThat(spec.toString()).contains("TOKEN").doesNotContain("s3cr3t-value");
    }

    @Test
    void theNextAttemptOfATaskIsAnotherContainer() throws InterruptedException {
        var first = started(under.sleeps());
        var next = new AttemptId(first.attempt().task(), 2);
        var second =
                backend.start(spec(under.sleeps()).attempt(next).build(), YES, StartProgress.NONE);
        assertThat(backend.list()).containsExactlyInAnyOrder(first, second);
        backend.destroy(first);
        assertThat(backend.inspect(second)).isInstanceOf(ContainerStatus.Running.class);
    }

    @Test
    void aStopWithoutGraceKillsAtOnce() throws InterruptedException {
        var handle = started(under.ignoresTerm());
        backend.stop(handle, Duration.ZERO, StopProgress.NONE);
        assertThat(exitOf(backend.inspect(handle)).exitCode()).isEqualTo(137);
    }

    private static ExitResult exitOf(ContainerStatus status) {
        assertThat(status).isInstanceOf(ContainerStatus.Exited.class);
        return ((ContainerStatus.Exited) status).result();
    }

    private static <T> List<T> atOnce(int times, Callable<T> call) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Future<T>>();
            for (int i = 0; i < times; i++) {
                calls.add(threads.submit(call));
            }
            var answers = new ArrayList<T>();
            for (var each : calls) {
                answers.add(each.get());
            }
            return answers;
        }
    }
}
