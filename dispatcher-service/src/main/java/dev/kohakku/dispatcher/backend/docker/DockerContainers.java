package dev.kohakku.dispatcher.backend.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StartForbiddenException;
import dev.kohakku.dispatcher.backend.StartPermit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Makes, finds and removes containers. Thread-safe. */
final class DockerContainers {

    private static final int CREATE_TRIES = 20;
    private static final int REMOVE_TRIES = 50;
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int NO_SUCH_IMAGE = 404;
    private static final int NAME_TAKEN = 409;
    private static final int ALREADY_STARTED = 304;

    /** Ends the name of a container until it has taken the place of an unstarted one. */
    static final String SUCCESSOR = "-next";

    private final DockerEngine engine;
    private final DockerLabels labels;
    private final CreateRequest createRequest;

    DockerContainers(DockerEngine engine, DockerLabels labels, CreateRequest createRequest) {
        this.engine = engine;
        this.labels = labels;
        this.createRequest = createRequest;
    }

    /** See {@link dev.kohakku.dispatcher.backend.ContainerBackend#start}. */
    ContainerHandle start(ContainerSpec spec, StartPermit permit) throws InterruptedException {
        for (int tries = 0; tries < CREATE_TRIES; tries++) {
            switch (create(spec, spec.attempt().containerName())) {
                case Answer.Ok<String>(var id) -> {
                    if (!permit.isGranted()) {
                        throw new StartForbiddenException(spec.attempt());
                    }
                    return started(handle(spec.attempt(), id));
                }
                case Answer.Refused<String> refused when refused.status() == NAME_TAKEN -> {
                    var existing = existing(spec, permit, refused);
                    if (existing.isPresent()) {
                        return existing.get();
                    }
                    // why again: it was just being removed, by somebody or by us.
                    Thread.sleep(PAUSE);
                }
                case Answer.Refused<String> refused -> throw createRefused(spec, refused);
            }
        }
        throw BackendException.unknown(
                "the name " + spec.attempt().containerName() + " is taken and not found", null);
    }

    private Answer<String> create(ContainerSpec spec, String name) throws InterruptedException {
        return engine.ask(
                "create " + name, client -> createRequest.of(client, spec, name).exec().getId());
    }

    /**
     * The container that has the attempt's name already, started if it never was; empty where there
     * is none any more.
     */
    private Optional<ContainerHandle> existing(
            ContainerSpec spec, StartPermit permit, Answer.Refused<String> conflict)
            throws InterruptedException {
        var found = inspect(spec.attempt().containerName());
        if (found.isEmpty() || isGoing(found.get())) {
            return Optional.empty();
        }
        if (attemptOf(found.get()).filter(spec.attempt()::equals).isEmpty()) {
            throw conflict.as(FailureKind.BACKEND_ERROR);
        }
        var handle = handle(spec.attempt(), found.get().getId());
        if (hasRun(found.get())) {
            return Optional.of(handle);
        }
        if (!permit.isGranted()) {
            throw new StartForbiddenException(spec.attempt());
        }
        if (labels.isOf(spec.epoch(), found.get().getConfig().getLabels())) {
            return Optional.of(started(handle));
        }
        return replaced(spec, handle);
    }

    /**
     * Makes anew what an earlier owner has made and never started: once that owner wakes up, it
     * would start this very container again after we have run it to its end. At every moment there
     * is one to be found, by which a start that was recorded is known not to have been done.
     *
     * @return the earlier one if it was started meanwhile; empty when the new one has its name
     */
    private Optional<ContainerHandle> replaced(ContainerSpec spec, ContainerHandle earlier)
            throws InterruptedException {
        var successor = successor(spec);
        if (!removeUnstarted(earlier)) {
            removeUnstarted(successor);
            return Optional.of(earlier);
        }
        takeName(successor);
        return Optional.empty();
    }

    private ContainerHandle successor(ContainerSpec spec) throws InterruptedException {
        var name = spec.attempt().containerName() + SUCCESSOR;
        for (int tries = 0; tries < CREATE_TRIES; tries++) {
            switch (create(spec, name)) {
                case Answer.Ok<String>(var id) -> {
                    return handle(spec.attempt(), id);
                }
                case Answer.Refused<String> refused when refused.status() == NAME_TAKEN -> {
                    // why removed: whoever made it did not live to give it its name.
                    var left = named(name, spec.attempt());
                    if (left.isPresent()) {
                        removeUnstarted(left.get());
                    }
                    Thread.sleep(PAUSE);
                }
                case Answer.Refused<String> refused -> throw createRefused(spec, refused);
            }
        }
        throw BackendException.unknown("the name " + name + " is taken and not found", null);
    }

    private void takeName(ContainerHandle successor) throws InterruptedException {
        var name = successor.attempt().containerName();
        var answer =
                engine.ask(
                        "rename " + name,
                        done(client ->
                                client.renameContainerCmd(successor.containerId())
                                        .withName(name)
                                        .exec()));
        if (answer instanceof Answer.Refused<Boolean> refused) {
            // why unknown: somebody else has named or removed it, and a look tells what is there.
            throw BackendException.unknown(refused.words(), null);
        }
    }

    private static boolean isGoing(InspectContainerResponse container) {
        var status = container.getState().getStatus();
        return "removing".equals(status) || "dead".equals(status);
    }

    private static BackendException createRefused(
            ContainerSpec spec, Answer.Refused<String> refused) {
        return switch (refused.status()) {
            case NO_SUCH_IMAGE -> refused.as(FailureKind.IMAGE_NOT_FOUND);
            case 400 ->
                    BackendException.refused(
                            FailureKind.START_REFUSED, spec.image() + ": " + refused.words(), null);
            default -> refused.asFailure();
        };
    }

    /**
     * Starts what was just made, or just seen as never started. The engine would start an ended
     * container again and knows no condition to forbid it: so nothing may come between the permit,
     * which says that nobody else has owned the attempt until then, and this request.
     */
    private ContainerHandle started(ContainerHandle handle) throws InterruptedException {
        Answer<Boolean> answer;
        try {
            answer =
                    engine.ask(
                            "start " + handle.attempt().containerName(),
                            done(client -> client.startContainerCmd(handle.containerId()).exec()));
        } catch (BackendException e) {
            // why unknown even when nothing was sent: the container exists.
            throw BackendException.unknown(String.valueOf(e.getMessage()), e);
        }
        return switch (answer) {
            case Answer.Ok<Boolean> _ -> handle;
            case Answer.Refused<Boolean> refused when refused.status() == ALREADY_STARTED -> handle;
            case Answer.Refused<Boolean> refused when refused.isMissing() ->
                    throw BackendException.unknown(refused.words(), null);
            // why it stays: it shows that nothing ran, until that is reported.
            case Answer.Refused<Boolean> refused ->
                    throw refused.as(DockerStates.startFailure(refused.status(), refused.words()));
        };
    }

    Optional<ContainerHandle> find(AttemptId attempt) throws InterruptedException {
        var found = named(attempt.containerName(), attempt);
        if (found.isPresent()) {
            return found;
        }
        // why: its owner may have died after the removal of an earlier one and before the rename.
        var successor = named(attempt.containerName() + SUCCESSOR, attempt);
        if (successor.isPresent()) {
            takeName(successor.get());
        }
        return successor;
    }

    private Optional<ContainerHandle> named(String name, AttemptId attempt)
            throws InterruptedException {
        return inspect(name)
                .filter(found -> attemptOf(found).filter(attempt::equals).isPresent())
                .map(found -> handle(attempt, found.getId()));
    }

    /** Looks at a container by name or id. */
    Optional<InspectContainerResponse> inspect(String container) throws InterruptedException {
        return switch (engine.ask(
                "inspect " + container, client -> client.inspectContainerCmd(container).exec())) {
            case Answer.Ok<InspectContainerResponse>(var found) -> Optional.of(found);
            case Answer.Refused<InspectContainerResponse> refused when refused.isMissing() ->
                    Optional.empty();
            case Answer.Refused<InspectContainerResponse> refused -> throw refused.asFailure();
        };
    }

    ContainerStatus status(ContainerHandle handle) throws InterruptedException {
        return inspect(handle.containerId())
                .map(DockerStates::of)
                .orElseGet(ContainerStatus.Missing::new);
    }

    /** Removes the container with its volumes, and returns once the engine knows it no more. */
    void destroy(ContainerHandle handle) throws InterruptedException {
        var words = "still there";
        for (int tries = 0; tries < REMOVE_TRIES; tries++) {
            switch (remove(handle, true)) {
                // why not done at Ok: a removal by somebody else may go on; only missing is
                // certain.
                case Answer.Ok<Boolean> _ -> words = "still there";
                case Answer.Refused<Boolean> refused when refused.isMissing() -> {
                    return;
                }
                case Answer.Refused<Boolean> refused -> words = refused.words();
            }
            if (inspect(handle.containerId()).isEmpty()) {
                return;
            }
            Thread.sleep(PAUSE);
        }
        throw cannotBeRemoved(handle, words);
    }

    /**
     * Removes what was made and never ran. Never by force: if another owner has started it by now,
     * it is theirs and stays.
     *
     * @return false when it stays
     */
    private boolean removeUnstarted(ContainerHandle handle) throws InterruptedException {
        var words = "still there";
        for (int tries = 0; tries < REMOVE_TRIES; tries++) {
            var found = inspect(handle.containerId());
            if (found.isEmpty()) {
                return true;
            }
            if (hasRun(found.get())) {
                return false;
            }
            words =
                    switch (remove(handle, false)) {
                        case Answer.Ok<Boolean> _ -> "still there";
                        case Answer.Refused<Boolean> refused -> refused.words();
                    };
            Thread.sleep(PAUSE);
        }
        throw cannotBeRemoved(handle, words);
    }

    private static boolean hasRun(InspectContainerResponse container) {
        return !isGoing(container)
                && !(DockerStates.of(container) instanceof ContainerStatus.Created);
    }

    private static BackendException cannotBeRemoved(ContainerHandle handle, String words) {
        return BackendException.refused(
                FailureKind.BACKEND_ERROR,
                handle.attempt().containerName() + " cannot be removed: " + words,
                null);
    }

    private Answer<Boolean> remove(ContainerHandle handle, boolean force)
            throws InterruptedException {
        return engine.ask(
                "remove " + handle.attempt().containerName(),
                done(client ->
                        client.removeContainerCmd(handle.containerId())
                                .withForce(force)
                                .withRemoveVolumes(true)
                                .exec()));
    }

    List<ContainerHandle> list() throws InterruptedException {
        return switch (engine.ask(
                "list containers",
                client ->
                        client.listContainersCmd()
                                .withShowAll(true)
                                .withLabelFilter(labels.filter())
                                .exec())) {
            case Answer.Ok<List<Container>>(var found) ->
                    found.stream().flatMap(container -> listed(container).stream()).toList();
            case Answer.Refused<List<Container>> refused -> throw refused.asFailure();
        };
    }

    private Optional<ContainerHandle> listed(Container container) {
        return labels.attemptOf(container.getLabels())
                .map(attempt -> handle(attempt, container.getId()));
    }

    private Optional<AttemptId> attemptOf(InspectContainerResponse container) {
        return labels.attemptOf(container.getConfig().getLabels());
    }

    private static ContainerHandle handle(AttemptId attempt, String id) {
        return new ContainerHandle(attempt, RuntimeType.LOCAL, id);
    }

    /** For commands that answer nothing. */
    static Function<DockerClient, Boolean> done(java.util.function.Consumer<DockerClient> command) {
        return client -> {
            command.accept(client);
            return true;
        };
    }
}
