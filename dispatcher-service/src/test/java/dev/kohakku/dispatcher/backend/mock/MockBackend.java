package dev.kohakku.dispatcher.backend.mock;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.BackendHealth;
import dev.kohakku.dispatcher.backend.Capabilities;
import dev.kohakku.dispatcher.backend.ContainerBackend;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerLogs;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.ServedBackend;
import dev.kohakku.dispatcher.backend.StartForbiddenException;
import dev.kohakku.dispatcher.backend.StartPermit;
import dev.kohakku.dispatcher.backend.StartProgress;
import dev.kohakku.dispatcher.backend.StopProgress;
import dev.kohakku.dispatcher.backend.StopProgress.Step;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A backend in memory, scripted by each task's own environment: see {@code MockScript} for the
 * variables. Passes the same contract as the real ones.
 */
public final class MockBackend implements ContainerBackend, ContainerLogs {

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** What is still not started then has no output. */
    private static final int LOOKS_WITHOUT_START = 50;

    private final MockEngine engine;
    private final String installation;

    /** A dispatcher's view of the engine. */
    public MockBackend(MockEngine engine, String installation) {
        this.engine = engine;
        this.installation = installation;
    }

    /** With its logs, and without images. */
    public ServedBackend served() {
        return new ServedBackend(this, this, Optional.empty());
    }

    @Override
    public RuntimeType type() {
        return RuntimeType.MOCK;
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(true, true, true, false, true, false);
    }

    @Override
    public String scope() {
        return engine.id();
    }

    @Override
    public BackendHealth health() {
        return engine.health();
    }

    @Override
    public ContainerHandle start(ContainerSpec spec, StartPermit permit, StartProgress progress)
            throws InterruptedException {
        var start = MockScript.of(spec.env()).start();
        if (start.blocks()) {
            engine.awaitGate();
        }
        if (start.error() != null) {
            throw BackendException.refused(start.error(), "scripted by MOCK_START_ERROR", null);
        }
        var made = engine.create(spec, installation);
        var container =
                engine.find(spec.attempt(), installation)
                        .orElseThrow(() ->
                                BackendException.refused(
                                        FailureKind.BACKEND_ERROR,
                                        "the name is another installation's",
                                        null));
        if (container.status() instanceof ContainerStatus.Created) {
            if (!permit.isGranted()) {
                throw new StartForbiddenException(spec.attempt());
            }
            engine.start(container);
        }
        if (made && start.losesReply()) {
            throw BackendException.unknown("scripted by MOCK_LOSE_START_REPLY", null);
        }
        return handle(container);
    }

    @Override
    public Optional<ContainerHandle> find(AttemptId attempt) {
        return engine.find(attempt, installation).map(MockBackend::handle);
    }

    private static ContainerHandle handle(MockContainer container) {
        var attempt = container.spec().attempt();
        return new ContainerHandle(attempt, RuntimeType.MOCK, attempt.containerName());
    }

    @Override
    public ContainerStatus inspect(ContainerHandle handle) {
        return engine.find(handle.attempt(), installation)
                .map(MockContainer::status)
                .orElseGet(ContainerStatus.Missing::new);
    }

    @Override
    public ContainerStatus awaitExit(ContainerHandle handle) throws InterruptedException {
        var status = inspect(handle);
        while (status instanceof ContainerStatus.Running
                || status instanceof ContainerStatus.Created) {
            pause();
            status = inspect(handle);
        }
        return status;
    }

    private static void pause() throws InterruptedException {
        LockSupport.parkNanos(LOOK_NANOS);
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while waiting for a mock container");
        }
    }

    @Override
    public void stop(ContainerHandle handle, Duration grace, StopProgress progress)
            throws InterruptedException {
        var container = engine.find(handle.attempt(), installation);
        if (container.isPresent() && inspect(handle) instanceof ContainerStatus.Running) {
            container.get().term();
            progress.reached(Step.TERM_SENT);
            long end = System.nanoTime() + grace.toNanos();
            while (inspect(handle) instanceof ContainerStatus.Running
                    && System.nanoTime() - end < 0) {
                pause();
            }
            if (inspect(handle) instanceof ContainerStatus.Running) {
                container.get().kill();
                progress.reached(Step.KILL_SENT);
            }
        }
        progress.reached(Step.GONE);
    }

    @Override
    public void destroy(ContainerHandle handle) {
        engine.find(handle.attempt(), installation)
                .ifPresent(container -> engine.remove(handle.attempt()));
    }

    @Override
    public List<ContainerHandle> list() {
        return engine.list(installation).stream().map(MockBackend::handle).toList();
    }

    @Override
    public boolean read(ContainerHandle handle, Lines lines) throws InterruptedException {
        int told = 0;
        int looksWithoutStart = 0;
        while (true) {
            var container = engine.find(handle.attempt(), installation);
            if (container.isEmpty()) {
                return false;
            }
            // why before the output: what is written before the end is read after this.
            var status = container.get().status();
            boolean ended =
                    status instanceof ContainerStatus.Exited
                            || (status instanceof ContainerStatus.Created
                                    && ++looksWithoutStart == LOOKS_WITHOUT_START);
            var output = container.get().output();
            for (var line : output.subList(told, output.size())) {
                lines.line(line.stream(), line.at(), line.text());
            }
            told = output.size();
            if (ended) {
                return true;
            }
            pause();
        }
    }
}
