package dev.kohakku.dispatcher.backend;

import static dev.kohakku.dispatcher.backend.StartPermits.NO;
import static dev.kohakku.dispatcher.backend.StartPermits.STOPPED;
import static dev.kohakku.dispatcher.backend.StartPermits.YES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kohakku.common.log.LogStream;
import dev.kohakku.dispatcher.backend.BackendUnderTest.Program;
import dev.kohakku.dispatcher.backend.ContainerLogsContract.Lines;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing runs without its permit. What every backend promises. */
@Timeout(60)
public abstract class StartPermitContract {

    private final BackendUnderTest under;
    private final String installation = "permit-" + UUID.randomUUID().toString().substring(0, 8);
    private ContainerBackend backend;
    private ContainerLogs logs;

    protected StartPermitContract(BackendUnderTest under) {
        this.under = under;
    }

    @BeforeEach
    void open() {
        var served = under.open(installation);
        backend = served.containers();
        logs = served.logs();
    }

    @AfterEach
    void removeAll() throws InterruptedException {
        for (var handle : backend.list()) {
            backend.destroy(handle);
        }
    }

    protected final BackendUnderTest under() {
        return under;
    }

    /** The backend of this test. */
    protected final ContainerBackend backend() {
        return backend;
    }

    protected final ContainerSpec spec(Program program) {
        return ContainerSpecs.spec().image(under.image()).runs(program).build();
    }

    @Test
    void whatHasRunAsksForNoPermit() throws InterruptedException {
        var spec = spec(under.exits(5));
        var handle = backend.start(spec, YES, StartProgress.NONE);
        var end = backend.awaitExit(handle);
        assertThat(backend.start(spec, NO, StartProgress.NONE)).isEqualTo(handle);
        assertThat(backend.inspect(handle)).isEqualTo(end);
    }

    @Test
    void aRefusedPermitLeavesNothingThatRunsAndWhatWasMadeOnlyAsEvidence()
            throws InterruptedException {
        var spec = spec(under.sleeps());
        assertThatThrownBy(() -> backend.start(spec, NO, StartProgress.NONE))
                .isInstanceOf(StartForbiddenException.class)
                .hasMessageContaining(spec.attempt().containerName());
        var left = backend.find(spec.attempt());
        assertThat(left.isPresent())
                .isEqualTo(under.makesBeforeStart() && !backend.capabilities().remembersRuns());
        if (left.isPresent()) {
            assertThat(backend.inspect(left.get())).isInstanceOf(ContainerStatus.Created.class);
        }
        assertThat(backend.list()).hasSize(left.isPresent() ? 1 : 0);
    }

    @Test
    void aRefusedPermitLeavesAContainerItFoundAlone() throws InterruptedException {
        var spec = spec(under.exits(6));
        assertThatThrownBy(() -> backend.start(spec, STOPPED, StartProgress.NONE))
                .isInstanceOf(InterruptedException.class);
        var made = backend.find(spec.attempt());
        assertThat(made.isPresent()).isEqualTo(under.makesBeforeStart());
        assertThatThrownBy(() -> backend.start(spec, NO, StartProgress.NONE))
                .isInstanceOf(StartForbiddenException.class);
        assertThat(backend.find(spec.attempt())).isEqualTo(made);
        if (made.isPresent()) {
            assertThat(backend.inspect(made.get())).isInstanceOf(ContainerStatus.Created.class);
        }
        var started = backend.start(spec, YES, StartProgress.NONE);
        assertThat(made.orElse(started)).isEqualTo(started);
        assertThat(exitCodeOf(backend.awaitExit(started))).isEqualTo(6);
    }

    @Test
    void aRefusedPermitLeavesWhatAnotherHasStartedMeanwhile() throws InterruptedException {
        var spec = spec(under.sleeps());
        var other = under.open(installation).containers();
        StartPermit overtaken =
                () -> {
                    other.start(spec, YES, StartProgress.NONE);
                    return false;
                };
        assertThatThrownBy(() -> backend.start(spec, overtaken, StartProgress.NONE))
                .isInstanceOf(StartForbiddenException.class);
        var theirs = backend.find(spec.attempt()).orElseThrow();
        assertThat(backend.inspect(theirs)).isInstanceOf(ContainerStatus.Running.class);
    }

    @Test
    void nothingRunsBeforeThePermitAndOnceAfterIt() throws InterruptedException {
        var spec = spec(under.prints(1));
        var before = new Lines();
        StartPermit observing =
                () -> {
                    var made = backend.find(spec.attempt());
                    assertThat(made.isPresent()).isEqualTo(under.makesBeforeStart());
                    if (made.isEmpty()) {
                        assertThat(backend.list()).isEmpty();
                        return true;
                    }
                    assertThat(backend.inspect(made.get()))
                            .isInstanceOf(ContainerStatus.Created.class);
                    return logs.read(made.get(), before);
                };
        var handle = backend.start(spec, observing, StartProgress.NONE);
        backend.awaitExit(handle);
        var after = new Lines();
        logs.read(handle, after);
        assertThat(before.all()).isEmpty();
        assertThat(after.of(LogStream.STDOUT)).containsExactly("line 1", "end");
    }

    private static int exitCodeOf(ContainerStatus status) {
        assertThat(status).isInstanceOf(ContainerStatus.Exited.class);
        return ((ContainerStatus.Exited) status).result().exitCode();
    }
}
