package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.dispatcher.attempt.Interruptible.Done;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ContainerBackend;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StartForbiddenException;
import dev.kohakku.dispatcher.backend.StartProgress;
import dev.kohakku.dispatcher.report.Pauses;
import java.time.Duration;
import java.util.Optional;

/**
 * Starts a container although replies get lost and engines fail for a moment: a start is idempotent
 * by attempt, so an unknown outcome is looked into and the start asked for again.
 */
final class EngineStart {

    /** A start is let finish: one that was given up has to be looked for. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Pauses PAUSES = new Pauses(Duration.ofMillis(200), Duration.ofSeconds(2));

    /** How often, and how far apart, a container is looked for that may still be on its way. */
    private static final int LOOKS = 4;

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    private final Ownership ownership;
    private final Duration enginePatience;
    private final Duration stopPatience;

    /**
     * @param ownership permits each start
     * @param enginePatience how long the engine may fail before that is the attempt's end
     * @param stopPatience how long a start may go on after there was a reason to stop
     */
    EngineStart(Ownership ownership, Duration enginePatience, Duration stopPatience) {
        this.ownership = ownership;
        this.enginePatience = enginePatience;
        this.stopPatience = stopPatience;
    }

    /**
     * Starts, or is stopped.
     *
     * @param told what it waits for, and of each try that did not work
     * @throws BackendException when the engine has refused: nothing ran
     * @throws FencedException when the attempt is not ours any more: nothing ran by this call
     */
    Done<ContainerHandle> start(
            RunningAttempt attempt, Interruptible step, ContainerSpec spec, StartProgress told)
            throws InterruptedException {
        var containers = attempt.hold().backend().containers();
        try {
            return step.run(
                    () -> attempt.stopWhileStarting(),
                    stopPatience,
                    () -> startUntilKnown(attempt, containers, spec, told));
        } catch (StartForbiddenException forbidden) {
            return Interruptible.stopped(attempt.stopWhileStarting().orElseThrow(() -> forbidden));
        } catch (BackendException failed) {
            // why: a stop ends the tries, and then not every outcome is known.
            var stop = attempt.stopWhileStarting();
            if (stop.isPresent()) {
                return new Done.Stopped<>(stop.get());
            }
            throw failed;
        }
    }

    private ContainerHandle startUntilKnown(
            RunningAttempt attempt,
            ContainerBackend containers,
            ContainerSpec spec,
            StartProgress told)
            throws InterruptedException {
        var steady = attempt.times().steady();
        var until = steady.now().plus(enginePatience);
        var unknown = false;
        for (var failures = 1; ; failures++) {
            try {
                var lost =
                        unknown
                                ? running(attempt, containers, spec)
                                : Optional.<ContainerHandle>empty();
                return lost.isPresent() ? lost.get() : start(attempt, spec, told);
            } catch (BackendException failed) {
                unknown |= failed.isUnknown();
                if (!unknown) {
                    attempt.startIsRefused();
                }
                if (unknown && isDefinite(failed) && hasNotRun(containers, spec)) {
                    throw failed;
                }
                var again = unknown || (isPassing(failed) && steady.now().isBefore(until));
                // why a stop ends the tries: whoever stopped looks for the container next.
                if (!again || attempt.stopWhileStarting().isPresent()) {
                    throw failed;
                }
                told.waitsFor(
                        "start",
                        (failed.isUnknown() ? "outcome unknown: " : "") + failed.getMessage());
                Thread.sleep(PAUSES.after(failures));
            }
        }
    }

    private ContainerHandle start(RunningAttempt attempt, ContainerSpec spec, StartProgress told)
            throws InterruptedException {
        return attempt.hold()
                .backend()
                .containers()
                .start(spec, () -> ownership.permitsStart(attempt), told);
    }

    /**
     * What an earlier try has started.
     *
     * @throws BackendException also when that cannot be known any more, because others have removed
     *     it: to start it anew could run it twice
     */
    private static Optional<ContainerHandle> running(
            RunningAttempt attempt, ContainerBackend containers, ContainerSpec spec)
            throws InterruptedException {
        var found = containers.find(spec.attempt());
        if (found.isEmpty() && attempt.mayHaveRun()) {
            throw vanished();
        }
        return found.isPresent()
                        && !(containers.inspect(found.get()) instanceof ContainerStatus.Created)
                ? found
                : Optional.empty();
    }

    /** The container cannot be found, and may have run. */
    static BackendException vanished() {
        return BackendException.refused(
                FailureKind.CONTAINER_VANISHED,
                "the container was gone after its start had been asked for; it may have run",
                null);
    }

    /** Whether the engine has refused the start for good, whatever became of an earlier try. */
    private static boolean isDefinite(BackendException failed) {
        return !failed.isUnknown() && !isPassing(failed);
    }

    private static boolean hasNotRun(ContainerBackend containers, ContainerSpec spec)
            throws InterruptedException {
        try {
            var found = containers.find(spec.attempt());
            return found.isEmpty()
                    || containers.inspect(found.get()) instanceof ContainerStatus.Created;
        } catch (BackendException away) {
            return false;
        }
    }

    private static boolean isPassing(BackendException failed) {
        return failed.kind() == FailureKind.BACKEND_ERROR
                || failed.kind() == FailureKind.NO_CAPACITY;
    }

    /** Looks for the container of a start that was given up, until it cannot come any more. */
    Optional<ContainerHandle> lookUntilSettled(RunningAttempt attempt, Interruptible step)
            throws InterruptedException {
        var containers = attempt.hold().backend().containers();
        return step.finish(() -> {
            for (var look = 1; look <= LOOKS; look++) {
                var found = step.untilAnswered(() -> containers.find(attempt.id())).run();
                if (found.isPresent()) {
                    return found;
                }
                Thread.sleep(BETWEEN_LOOKS);
            }
            return Optional.empty();
        });
    }
}
