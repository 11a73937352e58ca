package dev.kohakku.dispatcher.backend.ecs;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.StopProgress;
import dev.kohakku.dispatcher.backend.StopProgress.Step;
import java.time.Duration;
import java.util.Optional;

/**
 * Ends tasks. ECS itself sends TERM, waits for the task definition's stop timeout and sends KILL; a
 * caller's own grace does not reach it. Thread-safe.
 */
final class TaskStops {

    private static final int KILLED = 137;

    /** After KILL, ECS takes the network away and tidies up. */
    private static final Duration TIDY = Duration.ofMinutes(3);

    private final EcsApi api;
    private final EcsSettings settings;
    private final TaskPoller poller;

    TaskStops(EcsApi api, EcsSettings settings, TaskPoller poller) {
        this.api = api;
        this.settings = settings;
        this.poller = poller;
    }

    /** Returns once ECS calls the task stopped, or does not know it. */
    void stop(ContainerHandle handle, StopProgress progress) throws InterruptedException {
        var arn = handle.containerId();
        var task = poller.look(arn);
        if (isOver(task)) {
            progress.reached(Step.GONE);
            return;
        }
        var limit = settings.stopTimeout().plus(TIDY);
        var end = System.nanoTime() + limit.toNanos();
        var hasSent = false;
        while (!isOver(task)) {
            if (System.nanoTime() - end > 0) {
                throw BackendException.refused(
                        FailureKind.BACKEND_ERROR,
                        "%s is still %s %d s after it was stopped"
                                .formatted(
                                        handle.attempt().containerName(),
                                        task.map(EcsTask::lastStatus).orElse("there"),
                                        limit.toSeconds()),
                        null);
            }
            if (!hasSent && send(handle)) {
                hasSent = true;
                if (task.filter(EcsTask::hasBegun).isPresent()) {
                    progress.reached(Step.TERM_SENT);
                }
            }
            task = poller.lookAgain(arn);
        }
        if (wasKilled(task)) {
            progress.reached(Step.KILL_SENT);
        }
        progress.reached(Step.GONE);
    }

    private static boolean isOver(Optional<EcsTask> task) {
        return task.isEmpty() || task.get().hasStopped();
    }

    private static boolean wasKilled(Optional<EcsTask> task) {
        return task.filter(StoppedReason::isOurs)
                .map(EcsTask::exitCode)
                .filter(code -> code == KILLED)
                .isPresent();
    }

    /** Whether ECS has taken it; a task that is not to be seen yet is not to be stopped yet. */
    private boolean send(ContainerHandle handle) throws InterruptedException {
        try {
            api.ecs(
                    ApiBucket.TASK_MODIFY,
                    "StopTask",
                    client ->
                            client.stopTask(request ->
                                    request.cluster(settings.cluster())
                                            .task(handle.containerId())
                                            .reason(
                                                    StoppedReason.OURS
                                                            + "stop of attempt "
                                                            + handle.attempt())));
            return true;
        } catch (BackendException refused) {
            if (refused.isUnknown()
                    || poller.isYoung(handle.containerId())
                    || poller.look(handle.containerId())
                            .filter(task -> !task.hasStopped())
                            .isEmpty()) {
                return false;
            }
            throw refused;
        }
    }
}
