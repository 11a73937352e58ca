package dev.kohakku.dispatcher.backend.ecs;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.ExitResult;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** Reads how a task stands. */
final class EcsStates {

    private EcsStates() {}

    static ContainerStatus of(Optional<EcsTask> task) {
        return task.map(EcsStates::of).orElseGet(ContainerStatus.Missing::new);
    }

    static ContainerStatus of(EcsTask task) {
        if (task.hasStopped()) {
            return ended(task);
        }
        return task.hasBegun()
                ? new ContainerStatus.Running(startedAt(task))
                : new ContainerStatus.Created();
    }

    private static ContainerStatus ended(EcsTask task) {
        var code = task.exitCode();
        if (code != null && saysByItsExit(task)) {
            boolean outOfMemory =
                    task.reason().toLowerCase(Locale.ROOT).contains("outofmemory") && code != 0;
            return new ContainerStatus.Exited(
                    startedAt(task), new ExitResult(code & 0xff, outOfMemory, null));
        }
        if (task.reason().toLowerCase(Locale.ROOT).contains("outofmemory")) {
            return new ContainerStatus.Exited(startedAt(task), new ExitResult(137, true, null));
        }
        var kind = kind(task);
        return new ContainerStatus.Failed(task.startedAt(), kind, words(task, kind));
    }

    /** Whether the program ended by itself or by our stop: then its exit code is the answer. */
    private static boolean saysByItsExit(EcsTask task) {
        var stopCode = Objects.requireNonNullElse(task.stopCode(), "EssentialContainerExited");
        return stopCode.equals("EssentialContainerExited") || StoppedReason.isOurs(task);
    }

    private static FailureKind kind(EcsTask task) {
        return StoppedReason.isOurs(task) ? FailureKind.START_TIMEOUT : StoppedReason.of(task);
    }

    private static String words(EcsTask task, FailureKind kind) {
        var reason = task.reason().isBlank() ? "ECS gives no reason" : task.reason();
        // why by the kind: an image's name or a command may have the word "role" in it.
        var mayBeSettings = task.startedAt() == null && kind == FailureKind.BACKEND_ERROR;
        var advice = mayBeSettings ? EcsFailures.advice("", reason) : "";
        return (task.stopCode() == null ? "" : task.stopCode() + ": ") + reason + advice;
    }

    private static Instant startedAt(EcsTask task) {
        return Objects.requireNonNullElse(task.startedAt(), Instant.EPOCH);
    }
}
