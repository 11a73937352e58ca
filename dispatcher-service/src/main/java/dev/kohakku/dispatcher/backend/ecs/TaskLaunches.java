package dev.kohakku.dispatcher.backend.ecs;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StartForbiddenException;
import dev.kohakku.dispatcher.backend.StartPermit;
import dev.kohakku.dispatcher.backend.StartProgress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.model.ConflictException;
import software.amazon.awssdk.services.ecs.model.EcsException;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.RunTaskResponse;

/** Brings attempts to their tasks. Thread-safe. */
final class TaskLaunches {

    private final EcsApi api;
    private final EcsSettings settings;
    private final TaskDefinitions definitions;
    private final RunRequest requests;
    private final TaskRoster roster;
    private final TaskPoller poller;
    private final EcsHealth health;

    TaskLaunches(
            EcsApi api,
            EcsSettings settings,
            RunRequest requests,
            TaskRoster roster,
            TaskPoller poller,
            EcsHealth health) {
        this.api = api;
        this.settings = settings;
        this.definitions = new TaskDefinitions(api, settings);
        this.requests = requests;
        this.roster = roster;
        this.poller = poller;
        this.health = health;
    }

    /**
     * See {@link dev.kohakku.dispatcher.backend.ContainerBackend#start}. Nothing is made before the
     * permit: ECS starts what it makes.
     */
    Started start(ContainerSpec spec, StartPermit permit, StartProgress progress)
            throws InterruptedException {
        var known = roster.known(spec.attempt());
        var handle = known.isPresent() ? known.get() : checkedAndLaunched(spec, permit, progress);
        var task = begun(handle, progress);
        switch (EcsStates.of(task)) {
            case ContainerStatus.Failed failed -> health.givenUp(failed);
            case ContainerStatus.Running _, ContainerStatus.Exited _ -> health.launched();
            case ContainerStatus.Created _, ContainerStatus.Missing _ -> {}
        }
        return new Started(handle, task);
    }

    /** why the checks only here: what an earlier owner has launched is there, whatever they say. */
    private ContainerHandle checkedAndLaunched(
            ContainerSpec spec, StartPermit permit, StartProgress progress)
            throws InterruptedException {
        RunRequest.check(spec);
        var size = TaskSize.of(spec.resources(), settings.placement());
        if (size.isMoreThan(spec.resources())) {
            progress.waitsFor("rounded", "it gets " + size + ", the next size there is");
        }
        if (spec.registryLogin() != null && settings.secretFor(spec.image()).isEmpty()) {
            progress.waitsFor(
                    "login_unused",
                    "ECS takes no login but a secret of its own: kohakku.ecs.registries has none for "
                            + spec.image().registryAddress());
        }
        return launched(spec, permit);
    }

    /**
     * A task that runs, has run, or never will.
     *
     * @param task empty where it is gone
     */
    record Started(ContainerHandle handle, Optional<EcsTask> task) {}

    private ContainerHandle launched(ContainerSpec spec, StartPermit permit)
            throws InterruptedException {
        var forgot = false;
        while (true) {
            var request = requests.of(spec, definitions.of(spec));
            var answer = runOnce(spec, request, permit, forgot);
            switch (answer) {
                case Answer.Made(var arn) -> {
                    return roster.isMade(spec.attempt(), arn);
                }
                case Answer.Existing(var handle) -> {
                    return handle;
                }
                case Answer.Throttled _ -> {}
                case Answer.NoDefinition _ -> {
                    definitions.forget(spec);
                    forgot = true;
                }
            }
        }
    }

    private sealed interface Answer {

        /** It is this one, made by this call or by an earlier one. */
        record Made(String arn) implements Answer {}

        /** The permit was refused, and the attempt's task has ended. */
        record Existing(ContainerHandle handle) implements Answer {}

        /** Not yet: the call came too often. */
        record Throttled() implements Answer {}

        /** Somebody has taken the task definition away. */
        record NoDefinition() implements Answer {}
    }

    private Answer runOnce(
            ContainerSpec spec, RunTaskRequest request, StartPermit permit, boolean forgot)
            throws InterruptedException {
        // why the permit after the budget: waiting for a turn may take longer than a lease lasts.
        var turn = turn();
        if (!isGranted(permit)) {
            return refused(spec);
        }
        roster.mayBeMade(spec.attempt());
        try {
            return asked(request, turn, forgot);
        } catch (InterruptedException cut) {
            roster.mayBeMade(spec.attempt());
            throw cut;
        } catch (BackendException told) {
            if (told.isUnknown()) {
                // why again: the call may have taken longer than one waits for its task to come up.
                roster.mayBeMade(spec.attempt());
            }
            throw told;
        }
    }

    private Answer asked(RunTaskRequest request, long turn, boolean forgot)
            throws InterruptedException {
        try {
            return read(api.ecsNow(client -> client.runTask(request)), turn);
        } catch (ConflictException taken) {
            // why made: the token is the attempt, and an earlier owner has asked in other words.
            return new Answer.Made(onlyTaskOf(taken));
        } catch (EcsException failure) {
            if (!forgot && isAboutDefinition(failure)) {
                return new Answer.NoDefinition();
            }
            return throttledOrThrow(failure, turn);
        } catch (RuntimeException failure) {
            return throttledOrThrow(failure, turn);
        }
    }

    private Answer throttledOrThrow(RuntimeException failure, long turn)
            throws InterruptedException {
        if (EcsApi.isThrottle(failure)) {
            return throttled(turn);
        }
        var told =
                failure instanceof BackendException classified
                        ? classified
                        : EcsFailures.of("RunTask", failure);
        health.launchFailed(told);
        throw told;
    }

    private Answer throttled(long turn) {
        api.throttled(narrowest(), "RunTask", turn);
        return new Answer.Throttled();
    }

    /** Fargate launches fewer tasks than the API takes calls. */
    private ApiBucket narrowest() {
        return settings.placement().isFargate() ? ApiBucket.FARGATE_LAUNCH : ApiBucket.TASK_MODIFY;
    }

    private long turn() throws InterruptedException {
        if (settings.placement().isFargate()) {
            api.budget(ApiBucket.FARGATE_LAUNCH).acquire();
        }
        return api.budget(ApiBucket.TASK_MODIFY).acquire();
    }

    private boolean isGranted(StartPermit permit) throws InterruptedException {
        var granted = false;
        try {
            granted = permit.isGranted();
        } finally {
            if (!granted) {
                api.budget(ApiBucket.TASK_MODIFY).giveBack();
                if (settings.placement().isFargate()) {
                    api.budget(ApiBucket.FARGATE_LAUNCH).giveBack();
                }
            }
        }
        return granted;
    }

    /** What has run needs no permit; only now it is worth a look whether it has. */
    private Answer refused(ContainerSpec spec) throws InterruptedException {
        var found = roster.find(spec.attempt());
        if (found.isPresent()
                && poller.look(found.get().containerId()).filter(EcsTask::hasStopped).isPresent()) {
            return new Answer.Existing(found.get());
        }
        throw new StartForbiddenException(spec.attempt());
    }

    private Answer read(RunTaskResponse answer, long turn) {
        if (!answer.tasks().isEmpty()) {
            api.budget(ApiBucket.TASK_MODIFY).succeeded();
            api.budget(ApiBucket.FARGATE_LAUNCH).succeeded();
            return new Answer.Made(answer.tasks().getFirst().taskArn());
        }
        var reasons =
                answer.failures().stream()
                        .map(TaskLaunches::words)
                        .reduce((one, other) -> one + "; " + other)
                        .orElse("ECS has made no task and gives no reason");
        if (Throttling.isSaidIn(reasons)) {
            return throttled(turn);
        }
        throw BackendException.refused(kind(answer.failures()), "RunTask: " + reasons, null);
    }

    private static String words(Failure failure) {
        return failure.reason() + (failure.detail() == null ? "" : " (" + failure.detail() + ")");
    }

    /**
     * @see <a
     *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html">API
     *     failure reasons</a>
     */
    private static FailureKind kind(List<Failure> failures) {
        var said =
                failures.stream()
                        .map(TaskLaunches::words)
                        .toList()
                        .toString()
                        .toUpperCase(Locale.ROOT);
        boolean noRoom =
                said.contains("RESOURCE")
                        || said.contains("AGENT")
                        || said.contains("CAPACITY")
                        || said.contains("LOCATION");
        return noRoom ? FailureKind.NO_CAPACITY : FailureKind.BACKEND_ERROR;
    }

    private static String onlyTaskOf(ConflictException taken) {
        return taken.resourceIds().stream()
                .findFirst()
                .orElseThrow(() ->
                        BackendException.unknown(
                                "RunTask: the attempt's token is taken, by no task that ECS names",
                                taken));
    }

    private static boolean isAboutDefinition(EcsException failure) {
        var said = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        return said.contains("taskdefinition")
                && (said.contains("inactive") || said.contains("not found"));
    }

    /** Waits until its program runs or has run, or never will. */
    private Optional<EcsTask> begun(ContainerHandle handle, StartProgress progress)
            throws InterruptedException {
        var told = "";
        var arn = handle.containerId();
        var task = poller.lookAgainUntilAnswered(arn, Duration.ZERO);
        while (task.isPresent() && !task.get().hasBegun()) {
            var step = task.get().lastStatus().toLowerCase(Locale.ROOT);
            if (!step.equals(told)) {
                progress.waitsFor(step, "ECS: " + task.get().lastStatus());
                told = step;
            }
            task = poller.lookAgainUntilAnswered(arn, poller.interval());
        }
        return task;
    }

    /**
     * Why the task that was started never ran and cannot: empty where it ran, or may in a while.
     */
    static Optional<BackendException> refusal(Started started) {
        if (!(EcsStates.of(started.task()) instanceof ContainerStatus.Failed failed)
                || failed.startedAt() != null) {
            return Optional.empty();
        }
        return switch (failed.kind()) {
            case START_REFUSED,
                    IMAGE_NOT_FOUND,
                    IMAGE_ACCESS_DENIED,
                    IMAGE_PULL_FAILED,
                    QUOTA_EXCEEDED ->
                    Optional.of(BackendException.refused(failed.kind(), failed.reason(), null));
            // why not: a caller would ask again, and the attempt's token gives the same dead task.
            // As the attempt's end it leads to a new attempt, with a token of its own.
            case NO_CAPACITY,
                    BACKEND_ERROR,
                    EVICTED,
                    NODE_LOST,
                    CONTAINER_VANISHED,
                    START_TIMEOUT,
                    EXIT_CODE,
                    AGENT_FAILED,
                    AGENT_SILENT,
                    OUT_OF_MEMORY,
                    RUN_TIMEOUT,
                    QUEUE_TIMEOUT,
                    EXPIRED,
                    DISPATCHER_LOST,
                    BRIEF_UNAVAILABLE,
                    INTERNAL ->
                    Optional.empty();
        };
    }
}
