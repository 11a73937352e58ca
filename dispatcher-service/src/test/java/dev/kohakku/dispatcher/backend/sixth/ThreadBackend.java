package dev.kohakku.dispatcher.backend.sixth;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.Resources;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.BackendHealth;
import dev.kohakku.dispatcher.backend.Capabilities;
import dev.kohakku.dispatcher.backend.ContainerBackend;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerLogs;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StartForbiddenException;
import dev.kohakku.dispatcher.backend.StartPermit;
import dev.kohakku.dispatcher.backend.StartProgress;
import dev.kohakku.dispatcher.backend.StopProgress;
import dev.kohakku.dispatcher.backend.StopProgress.Step;
import dev.kohakku.dispatcher.backend.sixth.ThreadContainer.Program;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs threads for containers. */
record ThreadBackend(
        Map<String, Program> programs, Map<Name, ThreadContainer> engine, String installation)
        implements ContainerBackend, ContainerLogs {

    private static final Duration FOREVER = Duration.ofDays(1);

    /** What a container is found by. */
    record Name(String installation, AttemptId attempt) {}

    @Override
    public RuntimeType type() {
        return RuntimeType.MOCK;
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(true, false, false, false, true, false);
    }

    @Override
    public String scope() {
        return "threads-of-" + ProcessHandle.current().pid();
    }

    @Override
    public BackendHealth health() {
        return BackendHealth.HEALTHY;
    }

    @Override
    public ContainerHandle start(ContainerSpec spec, StartPermit permit, StartProgress progress)
            throws InterruptedException {
        var name = new Name(installation, spec.attempt());
        var made = new ThreadContainer(programOf(spec));
        var found = engine.putIfAbsent(name, made);
        var container = found == null ? made : found;
        if (container.status() instanceof ContainerStatus.Created && !permit.isGranted()) {
            throw new StartForbiddenException(spec.attempt());
        }
        container.start();
        return handle(name);
    }

    private Program programOf(ContainerSpec spec) {
        var program = programs.get(String.join(" ", spec.command()));
        if (program == null) {
            throw refused("no such program: " + spec.command());
        } else if (!spec.resources().equals(Resources.UNLIMITED)) {
            throw refused("threads have no limits of resources");
        } else if (!spec.ports().isEmpty()) {
            throw refused("threads have no ports");
        }
        return program;
    }

    private static BackendException refused(String words) {
        return BackendException.refused(FailureKind.START_REFUSED, words, null);
    }

    private static ContainerHandle handle(Name name) {
        var attempt = name.attempt();
        return new ContainerHandle(attempt, RuntimeType.MOCK, attempt.containerName());
    }

    private Optional<ThreadContainer> container(AttemptId attempt) {
        return Optional.ofNullable(engine.get(new Name(installation, attempt)));
    }

    @Override
    public Optional<ContainerHandle> find(AttemptId attempt) {
        return container(attempt).map(each -> handle(new Name(installation, attempt)));
    }

    @Override
    public ContainerStatus inspect(ContainerHandle handle) {
        return container(handle.attempt())
                .map(ThreadContainer::status)
                .orElseGet(ContainerStatus.Missing::new);
    }

    @Override
    public ContainerStatus awaitExit(ContainerHandle handle) throws InterruptedException {
        while (inspect(handle) instanceof ContainerStatus.Running) {
            container(handle.attempt()).orElseThrow().awaitEnd(FOREVER);
        }
        return inspect(handle);
    }

    @Override
    public void stop(ContainerHandle handle, Duration grace, StopProgress progress)
            throws InterruptedException {
        if (inspect(handle) instanceof ContainerStatus.Running) {
            var container = container(handle.attempt()).orElseThrow();
            container.term();
            progress.reached(Step.TERM_SENT);
            container.awaitEnd(grace);
            if (container.status() instanceof ContainerStatus.Running) {
                container.end(137);
                progress.reached(Step.KILL_SENT);
            }
        }
        progress.reached(Step.GONE);
    }

    @Override
    public void destroy(ContainerHandle handle) {
        var container = engine.remove(new Name(installation, handle.attempt()));
        if (container != null) {
            container.term();
            container.end(137);
        }
    }

    @Override
    public List<ContainerHandle> list() {
        return engine.keySet().stream()
                .filter(name -> name.installation().equals(installation))
                .map(ThreadBackend::handle)
                .toList();
    }

    @Override
    public boolean read(ContainerHandle handle, Lines lines) throws InterruptedException {
        var container = container(handle.attempt());
        if (container.isEmpty()) {
            return false;
        }
        int told = 0;
        for (var news = container.get().after(0);
                !news.isEmpty();
                news = container.get().after(told)) {
            for (var line : news) {
                lines.line(line.stream(), line.at(), line.text());
            }
            told += news.size();
        }
        return true;
    }
}
