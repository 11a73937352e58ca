package dev.kohakku.dispatcher.backend.docker;

import static dev.kohakku.dispatcher.backend.StartPermits.NO;
import static dev.kohakku.dispatcher.backend.StartPermits.YES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.log.LogStream;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.BackendUnderTest.Program;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerLogsContract.Lines;
import dev.kohakku.dispatcher.backend.ContainerSpecs;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StartForbiddenException;
import dev.kohakku.dispatcher.backend.StartPermit;
import dev.kohakku.dispatcher.backend.StartProgress;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine's connection breaks; the containers do not. */
@Timeout(60)
class DockerBackendFaultIT {

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private TestingEngineProxy proxy;
    private DockerBackend backend;

    @BeforeAll
    static void needsAnEngine() {
        DockerUnderTest.assumeEngine();
    }

    @BeforeEach
    void connectThroughTheProxy() throws IOException {
        try (var engine = new DockerEngine(DockerUnderTest.settings(""))) {
            proxy = new TestingEngineProxy(engine.host());
        }
        backend =
                new DockerBackend(
                        DockerUnderTest.settings(proxy.host(), Duration.ofSeconds(1), List.of()),
                        "fault-" + UUID.randomUUID().toString().substring(0, 8),
                        "dispatcher-under-test");
    }

    @AfterEach
    void removeAll() throws Exception {
        proxy.swallowNothing();
        proxy.failRequests(false);
        for (var handle : backend.list()) {
            backend.destroy(handle);
        }
        threads.close();
        backend.close();
        proxy.close();
    }

    private static ContainerSpecs spec(String script) {
        return ContainerSpecs.spec().image(DockerUnderTest.IMAGE).runs(Program.shell(script));
    }

    @Test
    void aContainerWhoseCreateReplyWasLostIsFoundAndStartedOnce() throws InterruptedException {
        var spec = spec("exit 4").build();
        proxy.swallowAnswers(true);
        var lost =
                catchThrowableOfType(
                        BackendException.class, () -> backend.start(spec, YES, StartProgress.NONE));
        assertThat(lost.isUnknown()).isTrue();
        proxy.swallowAnswers(false);
        assertThat(backend.find(spec.attempt()).map(this::inspect))
                .get()
                .isInstanceOf(ContainerStatus.Created.class);
        var handle = backend.start(spec, YES, StartProgress.NONE);
        assertThat(backend.awaitExit(handle))
                .extracting(status -> ((ContainerStatus.Exited) status).result().exitCode())
                .isEqualTo(4);
        assertThat(backend.list()).containsExactly(handle);
    }

    private ContainerStatus inspect(ContainerHandle handle) {
        try {
            return backend.inspect(handle);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aStartWhoseReplyWasLostIsNotDoneAgain() throws InterruptedException {
        var spec = spec("echo ran; exit 4").build();
        proxy.swallowAnswersOf("/start");
        var lost =
                catchThrowableOfType(
                        BackendException.class, () -> backend.start(spec, YES, StartProgress.NONE));
        assertThat(lost.isUnknown()).isTrue();
        proxy.swallowNothing();
        var found = backend.find(spec.attempt()).orElseThrow();
        backend.awaitExit(found);
        assertThat(backend.start(spec, NO, StartProgress.NONE)).isEqualTo(found);
        assertThat(outputOf(found)).containsExactly("ran");
    }

    @Test
    void anEngineThatHangsAndThenFailsHasMadeOneContainerThatRunsOnce()
            throws InterruptedException {
        var spec = spec("echo ran; exit 4").build();
        proxy.swallowAnswers(true);
        var hung =
                catchThrowableOfType(
                        BackendException.class, () -> backend.start(spec, YES, StartProgress.NONE));
        assertThat(hung.isUnknown()).isTrue();
        proxy.swallowNothing();
        proxy.failRequests(true);
        var failed =
                catchThrowableOfType(
                        BackendException.class, () -> backend.start(spec, YES, StartProgress.NONE));
        assertThat(failed.kind()).isEqualTo(FailureKind.BACKEND_ERROR);
        assertThat(failed).hasMessageContaining("told to fail");
        assertThat(backend.health().healthy()).isFalse();
        proxy.failRequests(false);
        var handle = backend.start(spec, YES, StartProgress.NONE);
        backend.awaitExit(handle);
        assertThat(backend.list()).containsExactly(handle);
        assertThat(outputOf(handle)).containsExactly("ran");
    }

    private List<String> outputOf(ContainerHandle handle) throws InterruptedException {
        var lines = new Lines();
        assertThat(backend.logs().read(handle, lines)).isTrue();
        return lines.all();
    }

    @Test
    void aPermitIsRefusedWhileTheEngineIsAwayAsWell() throws Exception {
        var spec = spec("exit 0").build();
        StartPermit refusing =
                () -> {
                    proxy.swallowAnswers(true);
                    return false;
                };
        assertThat(catchThrowable(() -> backend.start(spec, refusing, StartProgress.NONE)))
                .isInstanceOf(StartForbiddenException.class);
        proxy.swallowNothing();
        assertThat(inspect(backend.find(spec.attempt()).orElseThrow()))
                .isInstanceOf(ContainerStatus.Created.class);
    }

    /** An owner that replaces what an earlier one made dies after each request it sends. */
    @ParameterizedTest
    @ValueSource(strings = {"/containers/create", "?v=true", "/rename", "/start"})
    void whoeverComesNextFindsAContainerWhereverAReplacementWasCut(String request)
            throws InterruptedException {
        var earlier = spec("echo ran; exit 4").epoch(new Epoch(7));
        assertThat(catchThrowable(() -> backend.start(earlier.build(), NO, StartProgress.NONE)))
                .isInstanceOf(StartForbiddenException.class);
        proxy.swallowAnswersOf(request);
        var cut = earlier.epoch(new Epoch(8)).build();
        assertThat(catchThrowable(() -> backend.start(cut, YES, StartProgress.NONE)))
                .isInstanceOf(BackendException.class);
        proxy.swallowNothing();

        assertThat(backend.find(cut.attempt())).isPresent();
        var handle = backend.start(earlier.epoch(new Epoch(9)).build(), YES, StartProgress.NONE);

        backend.awaitExit(handle);
        assertThat(backend.list()).containsExactly(handle);
        assertThat(outputOf(handle)).containsExactly("ran");
    }

    @Test
    void aSilentWatchIsNotBelievedForLong() throws Exception {
        proxy.silence("/wait");
        var ending = backend.start(spec("sleep 1; exit 6").build(), YES, StartProgress.NONE);
        var vanishing = backend.start(spec("sleep 300").build(), YES, StartProgress.NONE);
        var end = threads.submit(() -> backend.awaitExit(ending));
        var gone = threads.submit(() -> backend.awaitExit(vanishing));
        await().until(() -> proxy.silences() == 2);
        backend.destroy(vanishing);
        var status = (ContainerStatus.Exited) end.get(30, TimeUnit.SECONDS);
        assertThat(status.result().exitCode()).isEqualTo(6);
        assertThat(gone.get(30, TimeUnit.SECONDS)).isInstanceOf(ContainerStatus.Missing.class);
    }

    @Test
    void anEngineThatIsAwayRefusesAndIsUnhealthyUntilItIsBack() throws Exception {
        proxy.goAway();
        var spec = spec("exit 0").build();
        var refusal =
                catchThrowableOfType(
                        BackendException.class, () -> backend.start(spec, YES, StartProgress.NONE));
        assertThat(refusal.isUnknown()).isFalse();
        assertThat(refusal.kind()).isEqualTo(FailureKind.BACKEND_ERROR);
        assertThat(backend.health().healthy()).isFalse();
        assertThat(backend.health().reason()).contains(proxy.host());
        proxy.comeBack();
        assertThat(backend.health().healthy()).isTrue();
    }

    @Test
    void anEngineThatHangsIsUnhealthyWithinFiveSeconds() {
        proxy.swallowAnswers(true);
        var begun = System.nanoTime();
        assertThat(backend.health().healthy()).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void waitingSurvivesACutAndAnEngineThatIsAway() throws Exception {
        var handle = backend.start(spec("sleep 2; exit 7").build(), YES, StartProgress.NONE);
        var waiting = threads.submit(() -> backend.awaitExit(handle));
        await().until(() -> backend.inspect(handle) instanceof ContainerStatus.Running);
        proxy.cut();
        proxy.goAway();
        assertThat(waiting).isNotDone();
        proxy.comeBack();
        assertThat(waiting.get())
                .extracting(status -> ((ContainerStatus.Exited) status).result().exitCode())
                .isEqualTo(7);
    }

    @Test
    void aLogThatIsCutAgainAndAgainIsCompleteWithoutRepetition() throws Exception {
        var script = "i=1; while [ $i -le 40 ]; do echo line $i; i=$((i+1)); sleep 0.05; done";
        var handle = backend.start(spec(script).build(), YES, StartProgress.NONE);
        var lines = new Lines();
        var reading = threads.submit(() -> backend.logs().read(handle, lines));
        for (int atLeast : List.of(5, 12)) {
            await().until(() -> lines.all().size() >= atLeast);
            proxy.cut();
        }
        assertThat(reading.get()).isTrue();
        var expected = new java.util.ArrayList<String>();
        for (int i = 1; i <= 40; i++) {
            expected.add("line " + i);
        }
        assertThat(lines.of(LogStream.STDOUT)).isEqualTo(expected);
    }
}
