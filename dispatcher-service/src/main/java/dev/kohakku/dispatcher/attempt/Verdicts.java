package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.task.AttemptOutcome;
import dev.kohakku.common.task.CompletionMode;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.dispatcher.agent.CheckBack;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.ExitResult;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides how an attempt ended. */
final class Verdicts {

    private static final int TERMINATED = 128 + 15;
    private static final int KILLED = 128 + 9;

    private Verdicts() {}

    /** The container came to its end by itself. */
    static AttemptOutcome ofEnd(
            ContainerStatus status, CompletionMode mode, Optional<CheckBack> checkBack) {
        return switch (status) {
            case ContainerStatus.Exited exited ->
                    switch (mode) {
                        case EXIT_CODE -> ofExit(exited.result());
                        case AGENT -> ofAgent(exited.result(), checkBack);
                    };
            case ContainerStatus.Failed failed ->
                    decided(mode, checkBack, null)
                            .orElseGet(() ->
                                    new AttemptOutcome.Failed(
                                            failed.kind(), failed.reason(), null));
            case ContainerStatus.Missing _ ->
                    decided(mode, checkBack, null)
                            .orElseGet(() ->
                                    new AttemptOutcome.Failed(
                                            FailureKind.CONTAINER_VANISHED,
                                            "the container was removed by somebody else",
                                            null));
            case ContainerStatus.Created _, ContainerStatus.Running _ ->
                    throw new IllegalStateException("the container has not ended: " + status);
        };
    }

    /**
     * The container was ended because of a stop.
     *
     * @param after how it stood when it was verified not running
     */
    static AttemptOutcome ofStop(
            Stop stop, ContainerStatus after, CompletionMode mode, Optional<CheckBack> checkBack) {
        var exitCode = exitCodeOf(after);
        return switch (stop) {
            case Stop.Cancel _ -> new AttemptOutcome.Cancelled(exitCode);
            case Stop.TimedOut(var kind, var message) ->
                    decided(mode, checkBack, exitCode)
                            .orElseGet(() -> new AttemptOutcome.TimedOut(kind, message, exitCode));
            case Stop.CheckedBack _ ->
                    decided(mode, checkBack, exitCode)
                            .orElseGet(() -> silent("the agent's check-back was lost", exitCode));
            case Stop.Fenced _ -> throw new FencedException();
        };
    }

    /** Whether the exit looks like the work of a stop: ours, before this process began. */
    static boolean looksStopped(ContainerStatus status) {
        return status instanceof ContainerStatus.Exited exited
                && !exited.result().outOfMemory()
                && (exited.result().exitCode() == TERMINATED
                        || exited.result().exitCode() == KILLED);
    }

    private static AttemptOutcome ofExit(ExitResult result) {
        if (result.outOfMemory()) {
            return outOfMemory(result);
        }
        return result.exitCode() == 0
                ? new AttemptOutcome.Completed(0)
                : new AttemptOutcome.Failed(
                        FailureKind.EXIT_CODE, ended(result), result.exitCode());
    }

    private static AttemptOutcome ofAgent(ExitResult result, Optional<CheckBack> checkBack) {
        return decided(CompletionMode.AGENT, checkBack, result.exitCode())
                .orElseGet(() ->
                        result.outOfMemory()
                                ? outOfMemory(result)
                                : silent(
                                        ended(result)
                                                + " without the check-back that completion=agent asks for",
                                        result.exitCode()));
    }

    private static Optional<AttemptOutcome> decided(
            CompletionMode mode, Optional<CheckBack> checkBack, @Nullable Integer exitCode) {
        return checkBack
                .filter(_ -> mode == CompletionMode.AGENT)
                .map(word ->
                        word.status() == CheckBack.Status.COMPLETED
                                ? new AttemptOutcome.Completed(exitCode)
                                : new AttemptOutcome.Failed(
                                        FailureKind.AGENT_FAILED,
                                        word.errorMessage() == null
                                                ? "the agent checked back with a failure"
                                                : word.errorMessage(),
                                        exitCode));
    }

    private static AttemptOutcome outOfMemory(ExitResult result) {
        return new AttemptOutcome.Failed(
                FailureKind.OUT_OF_MEMORY,
                "the engine killed the container at its memory limit",
                result.exitCode());
    }

    private static AttemptOutcome silent(String message, @Nullable Integer exitCode) {
        return new AttemptOutcome.Failed(FailureKind.AGENT_SILENT, message, exitCode);
    }

    private static String ended(ExitResult result) {
        var words = result.error() == null || result.error().isBlank() ? "" : ": " + result.error();
        return "the container ended with exit code " + result.exitCode() + words;
    }

    private static @Nullable Integer exitCodeOf(ContainerStatus status) {
        return switch (status) {
            case ContainerStatus.Exited exited -> exited.result().exitCode();
            case ContainerStatus.Created _,
                    ContainerStatus.Running _,
                    ContainerStatus.Failed _,
                    ContainerStatus.Missing _ ->
                    null;
        };
    }
}
