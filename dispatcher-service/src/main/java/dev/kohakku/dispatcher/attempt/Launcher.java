package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.task.AttemptOutcome;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.telemetry.Step;
import dev.kohakku.common.telemetry.TraceAttributes;
import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.common.wire.StorableText;
import dev.kohakku.dispatcher.attempt.Interruptible.Done;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.WantedImage;
import dev.kohakku.dispatcher.image.PullGate;
import dev.kohakku.dispatcher.image.PullStep;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Brings an attempt to its container: finds it by the attempt's identity, or makes it. */
final class Launcher {

    private static final int LONGEST_MESSAGE = 2_000;
    private static final ContainerStatus MISSING = new ContainerStatus.Missing();

    private final ContainerEnvironment environment;
    private final PullGate images;
    private final EngineStart engineStart;
    private final Duration enginePatience;
    private final MeterRegistry meters;
    private final Clock clock;

    Launcher(
            ContainerEnvironment environment,
            PullGate images,
            EngineStart engineStart,
            Duration enginePatience,
            MeterRegistry meters,
            Clock clock) {
        this.environment = environment;
        this.images = images;
        this.engineStart = engineStart;
        this.enginePatience = enginePatience;
        this.meters = meters;
        this.clock = clock;
    }

    /** Idempotent: what an earlier owner has made is found and used. */
    Launch findOrLaunch(RunningAttempt attempt) throws InterruptedException {
        var step = new Interruptible(attempt);
        Optional<ContainerHandle> found;
        try {
            found = find(attempt, step);
        } catch (BackendException failed) {
            return failed(attempt, failed);
        }
        var status = found.isPresent() ? inspected(attempt, step, found.get()) : MISSING;
        if (found.isPresent() && isUsable(attempt, status)) {
            say(attempt, "adopted", "found container " + found.get().containerId());
            return new Launch.Launched(found.get());
        }
        return switch (attempt.hold().claimed().state()) {
            case PROVISIONING ->
                    status instanceof ContainerStatus.Missing && attempt.mayHaveRun()
                            ? neverRan(EngineStart.vanished())
                            : launch(attempt, step, status);
            case CANCELLING -> neverRan(new AttemptOutcome.Cancelled(null));
            case RUNNING ->
                    neverRan(
                            new AttemptOutcome.Failed(
                                    FailureKind.CONTAINER_VANISHED,
                                    "the container was gone when the dispatcher came back to it",
                                    null));
            case PENDING, QUEUED, COMPLETED, FAILED, TIMED_OUT, CANCELLED ->
                    throw new IllegalStateException(
                            "claimed in state " + attempt.hold().claimed().state());
        };
    }

    /**
     * Looks by identity. The first owner gives up on an engine that does not answer, because
     * nothing can have been made yet; a later one asks until it knows: without an answer no end
     * would be true.
     *
     * @throws BackendException to the first owner only
     */
    private Optional<ContainerHandle> find(RunningAttempt attempt, Interruptible step)
            throws InterruptedException {
        var containers = attempt.hold().backend().containers();
        var claimed = attempt.hold().claimed();
        // why the state too: this very process may have made it, and come back to the attempt.
        var isFirst =
                claimed.epoch().value() <= 1
                        && claimed.state() == TaskState.PROVISIONING
                        && !attempt.mayHaveRun();
        var steady = attempt.times().steady();
        var until = steady.now().plus(enginePatience);
        return step.finish(
                step.untilAnswered(
                        () -> containers.find(attempt.id()),
                        () ->
                                isFirst
                                        && (!steady.now().isBefore(until)
                                                || attempt.stopWhileStarting().isPresent())));
    }

    private static ContainerStatus inspected(
            RunningAttempt attempt, Interruptible step, ContainerHandle handle)
            throws InterruptedException {
        var containers = attempt.hold().backend().containers();
        return step.finish(step.untilAnswered(() -> containers.inspect(handle)));
    }

    /** A container that was made and never started goes the way of a launch, which starts it. */
    private static boolean isUsable(RunningAttempt attempt, ContainerStatus status) {
        return switch (status) {
            case ContainerStatus.Running _, ContainerStatus.Exited _, ContainerStatus.Failed _ ->
                    true;
            case ContainerStatus.Created _ ->
                    attempt.hold().claimed().state() != TaskState.PROVISIONING;
            case ContainerStatus.Missing _ -> false;
        };
    }

    private Launch launch(RunningAttempt attempt, Interruptible step, ContainerStatus status)
            throws InterruptedException {
        try {
            // why no pull for what is made: it has its image, and a start that is given up looks
            // for it, for an earlier owner may be about to start it.
            var isMade = status instanceof ContainerStatus.Created;
            if (isMade) {
                // why: others may remove it before we have made it anew, and then no run is gone.
                attempt.isSeenUnstarted();
            }
            var stop = isMade ? Optional.<Stop>empty() : pull(attempt, step);
            if (stop.isPresent()) {
                // why without a look: no start was asked for, and none is on its way.
                return neverLaunched(stop.get());
            }
            return start(attempt, step);
        } catch (BackendException refused) {
            return failed(attempt, refused);
        }
    }

    /** Nothing was made. A stop that came meanwhile says more than the failure. */
    private Launch failed(RunningAttempt attempt, BackendException failed) {
        var stop = attempt.stopWhileStarting();
        return stop.isPresent() ? neverLaunched(stop.get()) : neverRan(failed);
    }

    /** Why the pull was given up; empty when the image is there. */
    private Optional<Stop> pull(RunningAttempt attempt, Interruptible step)
            throws InterruptedException {
        var puller = attempt.hold().backend().images();
        if (puller.isEmpty()) {
            return Optional.empty();
        }
        var claimed = attempt.hold().claimed();
        var image = new WantedImage(claimed.spec().image(), claimed.registryLogin());
        var wait = new ImageWait(meters);
        try (var span = attempt.trace().begin(Step.PULL)) {
            span.with(TraceAttributes.IMAGE, claimed.spec().image().toString());
            var done =
                    step.run(
                            () -> attempt.stopWhileStarting(),
                            Duration.ZERO,
                            () -> {
                                images.ensure(
                                        puller.get(),
                                        image,
                                        pullStep -> {
                                            wait.reached(pullStep);
                                            told(attempt, pullStep);
                                        });
                                return true;
                            });
            return span.done(
                    switch (done) {
                        case Done.Value<Boolean> _ -> wait.over("pulled", Optional.empty());
                        case Done.Stopped<Boolean>(var stop) ->
                                wait.over("given_up", Optional.of(stop));
                    });
        } catch (BackendException failed) {
            wait.over("failed", Optional.empty());
            throw failed;
        }
    }

    private void told(RunningAttempt attempt, PullStep step) {
        var image = attempt.hold().claimed().spec().image();
        switch (step) {
            case PullStep.Present _ -> {}
            case PullStep.Pulling _ -> say(attempt, "pulling", "pulling " + image);
            case PullStep.Retrying(var reason, var pause) ->
                    say(
                            attempt,
                            "pull_failed",
                            reason + "; next try in " + pause.toMillis() + " ms");
            case PullStep.Progressed(var words) -> say(attempt, "pulling", words);
            case PullStep.Pulled(var took) ->
                    say(attempt, "pulled", "pulled " + image + " in " + took.toMillis() + " ms");
        }
    }

    private Launch start(RunningAttempt attempt, Interruptible step) throws InterruptedException {
        var started = startTraced(attempt, step);
        if (started instanceof Done.Value<ContainerHandle>(var handle)) {
            say(attempt, "created", "started container " + handle.containerId());
            return new Launch.Launched(handle);
        }
        // why a look: the start was given up, and may have been done all the same.
        var late = engineStart.lookUntilSettled(attempt, step);
        if (late.isPresent()) {
            return new Launch.Launched(late.get());
        }
        return switch (started) {
            case Done.Value<ContainerHandle> _ -> throw new IllegalStateException("handled above");
            case Done.Stopped<ContainerHandle>(var stop) -> neverLaunched(stop);
        };
    }

    private Done<ContainerHandle> startTraced(RunningAttempt attempt, Interruptible step)
            throws InterruptedException {
        var type = attempt.hold().backend().type().name().toLowerCase(Locale.ROOT);
        LaunchMetrics.requested(meters, type).record(attempt.age(), TimeUnit.NANOSECONDS);
        try (var span = attempt.trace().begin(Step.START).with(TraceAttributes.BACKEND, type)) {
            return span.done(
                    engineStart.start(
                            attempt,
                            step,
                            specOf(attempt),
                            (kind, words) -> say(attempt, kind, words)));
        }
    }

    private ContainerSpec specOf(RunningAttempt attempt) {
        var claimed = attempt.hold().claimed();
        var spec = claimed.spec();
        return new ContainerSpec(
                attempt.id(),
                claimed.epoch(),
                spec.image(),
                spec.command(),
                environment.of(attempt.id(), claimed, attempt.trace().traceparent()),
                spec.resources(),
                spec.ports(),
                claimed.claimedAt().plus(spec.timeouts().start()).plus(spec.timeouts().run()),
                spec.runtimeTarget().namespace(),
                claimed.registryLogin());
    }

    private static Launch neverLaunched(Stop stop) {
        return neverRan(
                switch (stop) {
                    case Stop.Cancel _ -> new AttemptOutcome.Cancelled(null);
                    case Stop.TimedOut(var kind, var message) ->
                            new AttemptOutcome.TimedOut(kind, message, null);
                    case Stop.CheckedBack _, Stop.Fenced _ -> throw new FencedException();
                });
    }

    private static Launch neverRan(BackendException failed) {
        return neverRan(
                new AttemptOutcome.Failed(
                        failed.kind(), String.valueOf(failed.getMessage()), null));
    }

    private static Launch neverRan(AttemptOutcome outcome) {
        return new Launch.NeverRan(Ending.of(outcome));
    }

    private void say(RunningAttempt attempt, String step, String message) {
        attempt.hold()
                .reporter()
                .add(
                        new AttemptEvent.Backend(
                                clock.instant(),
                                step,
                                StorableText.mended(message, LONGEST_MESSAGE)));
    }
}
