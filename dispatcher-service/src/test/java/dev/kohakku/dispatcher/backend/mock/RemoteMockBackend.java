package dev.kohakku.dispatcher.backend.mock;

import dev.kohakku.common.task.AttemptId;
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
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A view of a {@link MockEngineServer} in another process, under whatever type is served. */
public final class RemoteMockBackend implements ContainerBackend, ContainerLogs {

    private static final MockEngineWire.Question NOTHING = new MockEngineWire.Question(null, 0);

    private final URI server;
    private final RuntimeType type;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public RemoteMockBackend(URI server, RuntimeType type) {
        this.server = server;
        this.type = type;
    }

    /** With its logs, and without images. */
    public ServedBackend served() {
        return new ServedBackend(this, this, Optional.empty());
    }

    @Override
    public RuntimeType type() {
        return type;
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(true, true, true, false, true, false);
    }

    @Override
    public String scope() {
        try {
            return ask("/engine", NOTHING, MockEngineWire.Engine.class).scope();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw BackendException.unknown("interrupted", interrupted);
        }
    }

    @Override
    public BackendHealth health() {
        try {
            var engine = ask("/engine", NOTHING, MockEngineWire.Engine.class);
            return new BackendHealth(engine.healthy(), engine.reason());
        } catch (BackendException away) {
            return BackendHealth.unhealthy(String.valueOf(away.getMessage()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return BackendHealth.unhealthy("interrupted");
        }
    }

    @Override
    public ContainerHandle start(ContainerSpec spec, StartPermit permit, StartProgress progress)
            throws InterruptedException {
        var reply = ask("/start", spec, MockEngineWire.StartReply.class);
        if (reply.question() != null) {
            var answer = new MockEngineWire.Permit(reply.question(), permit.isGranted());
            reply = ask("/permit", answer, MockEngineWire.StartReply.class);
        }
        if (reply.forbidden()) {
            throw new StartForbiddenException(spec.attempt());
        }
        if (reply.failed() != null) {
            var failed = reply.failed();
            throw failed.unknown()
                    ? BackendException.unknown(failed.message(), null)
                    : BackendException.refused(failed.kind(), failed.message(), null);
        }
        return handle(spec.attempt());
    }

    private ContainerHandle handle(AttemptId attempt) {
        return new ContainerHandle(attempt, type, attempt.containerName());
    }

    @Override
    public Optional<ContainerHandle> find(AttemptId attempt) throws InterruptedException {
        var found = ask("/find", question(attempt), MockEngineWire.Found.class);
        return found.attempts().stream().findFirst().map(this::handle);
    }

    @Override
    public ContainerStatus inspect(ContainerHandle handle) throws InterruptedException {
        return ask("/inspect", question(handle.attempt()), MockEngineWire.Status.class).status();
    }

    @Override
    public ContainerStatus awaitExit(ContainerHandle handle) throws InterruptedException {
        return ask("/await", question(handle.attempt()), MockEngineWire.Status.class).status();
    }

    @Override
    public void stop(ContainerHandle handle, Duration grace, StopProgress progress)
            throws InterruptedException {
        var question = new MockEngineWire.Question(handle.attempt(), grace.toMillis());
        ask("/stop", question, MockEngineWire.Steps.class).steps().forEach(progress::reached);
    }

    @Override
    public void destroy(ContainerHandle handle) throws InterruptedException {
        ask("/destroy", question(handle.attempt()), MockEngineWire.Found.class);
    }

    @Override
    public List<ContainerHandle> list() throws InterruptedException {
        return ask("/list", NOTHING, MockEngineWire.Found.class).attempts().stream()
                .map(this::handle)
                .toList();
    }

    @Override
    public boolean read(ContainerHandle handle, Lines lines) throws InterruptedException {
        var output = ask("/read", question(handle.attempt()), MockEngineWire.Output.class);
        for (var line : output.lines()) {
            lines.line(line.stream(), line.at(), line.text());
        }
        return output.complete();
    }

    private static MockEngineWire.Question question(AttemptId attempt) {
        return new MockEngineWire.Question(attempt, 0);
    }

    private <A> A ask(String path, Object question, Class<A> type) throws InterruptedException {
        var request =
                HttpRequest.newBuilder(server.resolve(path))
                        .POST(
                                BodyPublishers.ofByteArray(
                                        MockEngineServer.JSON.writeValueAsBytes(question)))
                        .build();
        try {
            var reply = http.send(request, BodyHandlers.ofByteArray());
            return MockEngineServer.JSON.readValue(reply.body(), type);
        } catch (IOException away) {
            throw BackendException.unknown("the mock engine does not answer: " + away, away);
        }
    }
}
