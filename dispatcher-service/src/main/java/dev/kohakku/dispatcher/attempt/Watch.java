package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.task.AttemptOutcome;
import dev.kohakku.common.task.CompletionMode;
import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.dispatcher.agent.CheckBack;
import dev.kohakku.dispatcher.attempt.Interruptible.Done;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StopProgress;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Watches a container to its end, or brings it to one. */
final class Watch {

    private final Duration stopGrace;
    private final Clock clock;

    Watch(Duration stopGrace, Clock clock) {
        this.stopGrace = stopGrace;
        this.clock = clock;
    }

    /**
     * Waits until the container does not run any more, by itself or because of a stop.
     *
     * @param agent asked last: afterwards no check-back is taken any more
     */
    Ending untilEnd(RunningAttempt attempt, ContainerHandle handle, AgentWatch agent)
            throws InterruptedException {
        var step = new Interruptible(attempt);
        var containers = attempt.hold().backend().containers();
        var mode = attempt.hold().claimed().spec().completion();
        var done =
                step.run(
                        () -> attempt.stopWhileRunning(),
                        Duration.ZERO,
                        step.untilAnswered(() -> containers.awaitExit(handle)));
        return switch (done) {
            case Done.Value<ContainerStatus>(var status) ->
                    ended(attempt, status, mode, agent.lastWord(true));
            case Done.Stopped<ContainerStatus>(var stop) -> {
                if (stop instanceof Stop.TimedOut && hasEnded(attempt, step, handle)) {
                    // why: it ended while nobody watched. The timeout passed later and ended
                    // nothing.
                    var status =
                            step.finish(step.untilAnswered(() -> containers.awaitExit(handle)));
                    yield ended(attempt, status, mode, agent.lastWord(true));
                }
                var status = stop(attempt, step, handle);
                var checkBack = agent.lastWord(!(stop instanceof Stop.Cancel));
                yield ending(Verdicts.ofStop(stop, status, mode, checkBack), checkBack);
            }
        };
    }

    private static boolean hasEnded(
            RunningAttempt attempt, Interruptible step, ContainerHandle handle)
            throws InterruptedException {
        var containers = attempt.hold().backend().containers();
        return switch (step.finish(step.untilAnswered(() -> containers.inspect(handle)))) {
            case ContainerStatus.Exited _, ContainerStatus.Failed _, ContainerStatus.Missing _ ->
                    true;
            case ContainerStatus.Created _, ContainerStatus.Running _ -> false;
        };
    }

    private Ending ended(
            RunningAttempt attempt,
            ContainerStatus status,
            CompletionMode mode,
            Optional<CheckBack> checkBack) {
        // why: a process before this one may have stopped it and died before it could say so.
        var stop =
                Verdicts.looksStopped(status) ? attempt.stopWhileRunning() : Optional.<Stop>empty();
        return ending(
                stop.map(reason -> Verdicts.ofStop(reason, status, mode, checkBack))
                        .orElseGet(() -> Verdicts.ofEnd(status, mode, checkBack)),
                checkBack);
    }

    private static Ending ending(AttemptOutcome outcome, Optional<CheckBack> checkBack) {
        return new Ending(outcome, checkBack.orElse(null));
    }

    /** Ends the container and answers how it stands then; tries until the engine has done it. */
    private ContainerStatus stop(RunningAttempt attempt, Interruptible step, ContainerHandle handle)
            throws InterruptedException {
        attempt.reaches(Phase.STOPPING);
        var containers = attempt.hold().backend().containers();
        return step.finish(
                step.untilAnswered(() -> {
                    containers.stop(handle, stopGrace, reached -> told(attempt, reached));
                    var status = containers.inspect(handle);
                    if (status instanceof ContainerStatus.Created) {
                        // why now: a late start by an earlier owner must find nothing to start.
                        containers.destroy(handle);
                    }
                    return status;
                }));
    }

    private void told(RunningAttempt attempt, StopProgress.Step reached) {
        var message =
                switch (reached) {
                    case TERM_SENT ->
                            "TERM sent, KILL follows after " + stopGrace.toSeconds() + " s";
                    case KILL_SENT -> "KILL sent";
                    case GONE -> "the container is verified not running";
                };
        attempt.hold()
                .reporter()
                .add(
                        new AttemptEvent.Backend(
                                clock.instant(), reached.name().toLowerCase(Locale.ROOT), message));
    }
}
