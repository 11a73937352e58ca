package dev.kohakku.dispatcher.backend.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.transport.DockerHttpClient;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StopProgress;
import dev.kohakku.dispatcher.backend.StopProgress.Step;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for containers to end, and ends them. Thread-safe. */
final class DockerExits {

    private static final Logger LOG = LoggerFactory.getLogger(DockerExits.class);

    /** A silent watch is not trusted for longer than this. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(15);

    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(30);
    private static final int MEMORY_LOOKS = 10;
    private static final Duration MEMORY_PAUSE = Duration.ofMillis(50);

    private final DockerEngine engine;
    private final DockerContainers containers;

    DockerExits(DockerEngine engine, DockerContainers containers) {
        this.engine = engine;
        this.containers = containers;
    }

    /** See {@link dev.kohakku.dispatcher.backend.ContainerBackend#awaitExit}. */
    ContainerStatus awaitExit(ContainerHandle handle) throws InterruptedException {
        var pause = PAUSE;
        while (true) {
            try {
                var status = status(handle);
                if (hasEnded(status)) {
                    return status;
                }
                watch(handle, status, LOOK_AGAIN);
                pause = PAUSE;
            } catch (BackendException e) {
                // why for ever: an engine that is away says nothing about the container.
                LOG.warn(
                        "Waiting for {} goes on: {}",
                        handle.attempt().containerName(),
                        e.getMessage());
                Thread.sleep(pause);
                pause =
                        pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                                ? pause.multipliedBy(2)
                                : LONGEST_PAUSE;
            }
        }
    }

    private static boolean hasEnded(ContainerStatus status) {
        return switch (status) {
            case ContainerStatus.Exited _, ContainerStatus.Failed _, ContainerStatus.Missing _ ->
                    true;
            case ContainerStatus.Created _, ContainerStatus.Running _ -> false;
        };
    }

    private ContainerStatus status(ContainerHandle handle) throws InterruptedException {
        var found = containers.inspect(handle.containerId());
        for (int looks = 0; looks < MEMORY_LOOKS && mayChange(found); looks++) {
            Thread.sleep(MEMORY_PAUSE);
            found = containers.inspect(handle.containerId());
        }
        return found.map(DockerStates::of).orElseGet(ContainerStatus.Missing::new);
    }

    private static boolean mayChange(Optional<InspectContainerResponse> found) {
        return found.filter(DockerStates::mayYetBeOutOfMemory).isPresent();
    }

    /** Returns when the engine says that the container has ended, or {@code limit} has passed. */
    private void watch(ContainerHandle handle, ContainerStatus status, Duration limit)
            throws InterruptedException {
        // why next-exit: of a container that never ran, "not-running" is true at once.
        var condition = status instanceof ContainerStatus.Created ? "next-exit" : "not-running";
        var opened =
                engine.open(
                        "wait for " + handle.attempt().containerName(),
                        "POST",
                        "/containers/" + handle.containerId() + "/wait?condition=" + condition);
        switch (opened) {
            case Answer.Ok<DockerHttpClient.Response>(var response) -> await(response, limit);
            case Answer.Refused<DockerHttpClient.Response> refused when refused.isMissing() -> {}
            case Answer.Refused<DockerHttpClient.Response> refused -> throw refused.asFailure();
        }
    }

    private void await(DockerHttpClient.Response response, Duration limit)
            throws InterruptedException {
        try (response) {
            engine.within(limit, () -> response.getBody().readAllBytes());
        } catch (TimeoutException e) {
            LOG.trace("Nothing yet; looking again", e);
        } catch (ExecutionException e) {
            throw BackendException.unknown("the wait was cut", e);
        }
    }

    /** See {@link dev.kohakku.dispatcher.backend.ContainerBackend#stop}. */
    void stop(ContainerHandle handle, Duration grace, StopProgress progress)
            throws InterruptedException {
        if (signal(handle, "TERM")) {
            progress.reached(Step.TERM_SENT);
            if (!endsWithin(handle, grace) && signal(handle, "KILL")) {
                progress.reached(Step.KILL_SENT);
            }
        }
        if (!endsWithin(handle, KILL_LIMIT)) {
            throw BackendException.refused(
                    FailureKind.BACKEND_ERROR,
                    "%s still runs %ds after KILL"
                            .formatted(handle.attempt().containerName(), KILL_LIMIT.toSeconds()),
                    null);
        }
        progress.reached(Step.GONE);
    }

    private boolean endsWithin(ContainerHandle handle, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            var status = containers.status(handle);
            if (!(status instanceof ContainerStatus.Running)) {
                return true;
            }
            var left = Duration.ofNanos(end - System.nanoTime());
            if (left.isNegative() || left.isZero()) {
                return false;
            }
            watch(handle, status, left);
        }
    }

    /** Returns whether the signal was sent; false where nothing runs. */
    private boolean signal(ContainerHandle handle, String signal) throws InterruptedException {
        var answer =
                engine.ask(
                        signal + " " + handle.attempt().containerName(),
                        DockerContainers.done(client ->
                                client.killContainerCmd(handle.containerId())
                                        .withSignal(signal)
                                        .exec()));
        return switch (answer) {
            case Answer.Ok<Boolean> _ -> true;
            case Answer.Refused<Boolean> refused -> {
                if (containers.status(handle) instanceof ContainerStatus.Running) {
                    throw refused.asFailure();
                }
                yield false;
            }
        };
    }
}
