package dev.kohakku.dispatcher.backend.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Info;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.BackendHealth;
import dev.kohakku.dispatcher.backend.Capabilities;
import dev.kohakku.dispatcher.backend.ContainerBackend;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StartPermit;
import dev.kohakku.dispatcher.backend.StartProgress;
import dev.kohakku.dispatcher.backend.StopProgress;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Containers on one Docker engine. Can be made while the engine is down: it is unhealthy then, and
 * recovers with it.
 */
public final class DockerBackend implements ContainerBackend, AutoCloseable {

    private static final Duration HEALTH_LIMIT = Duration.ofSeconds(4);

    private final DockerEngine engine;
    private final DockerContainers containers;
    private final DockerExits exits;
    private final DockerLogs logs;
    private final DockerImages images;
    private volatile @Nullable String scope;

    /**
     * Connects at the first call.
     *
     * @param settings the engine and the limits
     * @param installation whose containers it sees
     * @param dispatcher a label on the containers it makes
     */
    public DockerBackend(DockerSettings settings, String installation, String dispatcher) {
        var labels = new DockerLabels(installation, dispatcher);
        this.engine = new DockerEngine(settings);
        this.containers = new DockerContainers(engine, labels, new CreateRequest(settings, labels));
        this.exits = new DockerExits(engine, containers);
        this.logs = new DockerLogs(engine, containers);
        this.images =
                new DockerImages(
                        engine,
                        new DockerRegistries(settings.registries(), engine.configDirectory()));
    }

    /** The output of these containers. */
    public DockerLogs logs() {
        return logs;
    }

    /** The images of this engine. */
    public DockerImages images() {
        return images;
    }

    @Override
    public RuntimeType type() {
        return RuntimeType.LOCAL;
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(true, true, true, true, true, false);
    }

    @Override
    public String scope() {
        var known = scope;
        if (known != null) {
            return known;
        }
        try {
            return remembered(engine.ask("info", HEALTH_LIMIT, DockerBackend::askInfo));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BackendException.unknown("interrupted while asking for the engine's id", e);
        }
    }

    @Override
    public BackendHealth health() {
        try {
            remembered(engine.ask("info", HEALTH_LIMIT, DockerBackend::askInfo));
            return BackendHealth.HEALTHY;
        } catch (BackendException e) {
            return BackendHealth.unhealthy(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return BackendHealth.unhealthy("interrupted while asking the engine");
        }
    }

    private static Info askInfo(DockerClient client) {
        return client.infoCmd().exec();
    }

    private String remembered(Answer<Info> answer) {
        return switch (answer) {
            case Answer.Ok<Info>(var info) -> {
                // why the name: engines that imitate Docker may have no id.
                var id =
                        info.getId() == null || info.getId().isBlank()
                                ? info.getName()
                                : info.getId();
                var found = String.valueOf(id);
                scope = found;
                yield found;
            }
            case Answer.Refused<Info> refused -> throw refused.asFailure();
        };
    }

    @Override
    public ContainerHandle start(ContainerSpec spec, StartPermit permit, StartProgress progress)
            throws InterruptedException {
        return containers.start(spec, permit);
    }

    @Override
    public Optional<ContainerHandle> find(AttemptId attempt) throws InterruptedException {
        return containers.find(attempt);
    }

    @Override
    public ContainerStatus inspect(ContainerHandle handle) throws InterruptedException {
        return containers.status(handle);
    }

    @Override
    public ContainerStatus awaitExit(ContainerHandle handle) throws InterruptedException {
        return exits.awaitExit(handle);
    }

    @Override
    public void stop(ContainerHandle handle, Duration grace, StopProgress progress)
            throws InterruptedException {
        exits.stop(handle, grace, progress);
    }

    @Override
    public void destroy(ContainerHandle handle) throws InterruptedException {
        containers.destroy(handle);
    }

    @Override
    public List<ContainerHandle> list() throws InterruptedException {
        return containers.list();
    }

    /** Closes the connections; containers stay. */
    @Override
    public void close() throws IOException {
        engine.close();
    }
}
