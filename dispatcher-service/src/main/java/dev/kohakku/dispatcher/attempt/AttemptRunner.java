package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.telemetry.Metrics;
import dev.kohakku.common.telemetry.Step;
import dev.kohakku.common.telemetry.TraceAttributes;
import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.dispatcher.attempt.Interruptible.Done;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ContainerBackend;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.log.LogShipper;
import dev.kohakku.dispatcher.report.AttemptReporter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one attempt from its claim to its end. Thread-safe. */
final class AttemptRunner {

    private static final Logger LOG = LoggerFactory.getLogger(AttemptRunner.class);

    /** How often a removal is tried before the reaper is left with it. */
    private static final int REMOVALS = 3;

    /** Between looks at a container that has not begun yet. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final Launcher launcher;
    private final Ownership ownership;
    private final Watch watch;
    private final AgentWatches agents;
    private final LogShipper logs;
    private final MeterRegistry meters;
    private final Clock clock;

    AttemptRunner(
            Launcher launcher,
            Ownership ownership,
            Watch watch,
            AgentWatches agents,
            LogShipper logs,
            MeterRegistry meters,
            Clock clock) {
        this.launcher = launcher;
        this.ownership = ownership;
        this.watch = watch;
        this.agents = agents;
        this.logs = logs;
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * Does all of it. Blocks until the attempt is over; an interrupt leaves it as it stands, for
     * the next owner to run these lines again.
     *
     * @throws FencedException when the attempt is not ours any more
     */
    void run(RunningAttempt attempt) throws InterruptedException {
        try (var agent = agents.open(attempt)) {
            var launch = launcher.findOrLaunch(attempt);
            var ending =
                    switch (launch) {
                        case Launch.Launched(var handle) -> follow(attempt, handle, agent);
                        case Launch.NeverRan(var end) -> end;
                    };
            finish(attempt, ending); // accepted, or fenced
            agent.over();
            // why now: only now may the evidence disappear, of a run as of none.
            switch (launch) {
                case Launch.Launched(var handle) -> destroy(attempt, () -> Optional.of(handle));
                case Launch.NeverRan _ -> destroyUnstarted(attempt);
            }
        }
    }

    private Ending follow(RunningAttempt attempt, ContainerHandle handle, AgentWatch agent)
            throws InterruptedException {
        attempt.has(handle);
        awaitBegun(attempt, handle);
        if (!attempt.hold().backend().containers().capabilities().logs()) {
            say(attempt, "log_not_kept", "this backend keeps no output of its containers");
            var ending = watched(attempt, handle, agent);
            attempt.reaches(Phase.REPORTING);
            return ending;
        }
        var output = attempt.hold().backend().logs();
        try (var log =
                logs.open(
                        attempt.id(),
                        attempt.hold().claimed().epoch(),
                        sink -> output.read(handle, sink::line))) {
            var ending = watched(attempt, handle, agent);
            attempt.reaches(Phase.REPORTING);
            if (!log.flush()) { // why: the terminal report promises a complete tail
                say(attempt, "log_incomplete", "part of the output could not be read or archived");
            }
            return ending;
        }
    }

    private Ending watched(RunningAttempt attempt, ContainerHandle handle, AgentWatch agent)
            throws InterruptedException {
        var claimed = attempt.hold().claimed();
        try (var step = attempt.trace().begin(Step.RUN)) {
            step.with(TraceAttributes.CONTAINER, handle.containerId())
                    .with(TraceAttributes.EPOCH, claimed.epoch().value())
                    .with(TraceAttributes.POOL, claimed.spec().runtimeTarget().pool())
                    .with(TraceAttributes.BACKEND, handle.type().name().toLowerCase(Locale.ROOT));
            var ending = watch.untilEnd(attempt, handle, agent);
            step.with(TraceAttributes.PIPELINE_TASK_RESULT, ending.result());
            return step.done(ending);
        }
    }

    /** Returns once it runs or has run, or there is a reason to stop it, which the watch does. */
    private void awaitBegun(RunningAttempt attempt, ContainerHandle handle)
            throws InterruptedException {
        var step = new Interruptible(attempt);
        var containers = attempt.hold().backend().containers();
        // why no deadline ends this look: a container that ran while nobody watched has begun.
        var status = step.finish(step.untilAnswered(() -> containers.inspect(handle)));
        if (status instanceof ContainerStatus.Created) {
            var begun =
                    step.run(
                            attempt::stopWhileRunning,
                            Duration.ZERO,
                            () -> lookUntilBegun(step, containers, handle));
            if (!(begun instanceof Done.Value<ContainerStatus>(var reached))) {
                // why: it may run by now, started by another owner whose start was in time.
                requireOurs(attempt, () -> ownership.isOurs(attempt));
                return;
            }
            status = reached;
        }
        var startedAt =
                switch (status) {
                    case ContainerStatus.Running running -> running.startedAt();
                    case ContainerStatus.Exited exited -> exited.startedAt();
                    case ContainerStatus.Failed failed -> failed.startedAt();
                    case ContainerStatus.Created _, ContainerStatus.Missing _ -> null;
                };
        attempt.begins(startedAt);
        if (startedAt != null) {
            reportRunning(attempt, step, handle);
        }
    }

    private static ContainerStatus lookUntilBegun(
            Interruptible step, ContainerBackend containers, ContainerHandle handle)
            throws InterruptedException {
        while (true) {
            var status = step.untilAnswered(() -> containers.inspect(handle)).run();
            if (!(status instanceof ContainerStatus.Created)) {
                return status;
            }
            Thread.sleep(LOOK_AGAIN);
        }
    }

    private void reportRunning(RunningAttempt attempt, Interruptible step, ContainerHandle handle)
            throws InterruptedException {
        var type = handle.type().name().toLowerCase(Locale.ROOT);
        LaunchMetrics.started(meters, type).record(attempt.age(), TimeUnit.NANOSECONDS);
        var scope =
                step.run(
                        attempt::stopWhileRunning,
                        Duration.ZERO,
                        step.untilAnswered(attempt.hold().backend().containers()::scope));
        if (scope instanceof Done.Value<String>(var known)) {
            attempt.hold()
                    .reporter()
                    .add(new AttemptEvent.Running(clock.instant(), handle.containerId(), known));
        }
    }

    private void finish(RunningAttempt attempt, Ending ending) throws InterruptedException {
        attempt.reaches(Phase.REPORTING);
        LOG.info("attempt {} ended: {}", attempt.id(), ending.outcome());
        var callback =
                ending.callback(attempt.id(), attempt.hold().claimed().epoch(), clock.instant());
        try (var step = attempt.trace().begin(Step.REPORT)) {
            if (attempt.hold().reporter().finish(callback) == AttemptReporter.End.FENCED) {
                throw new FencedException();
            }
            step.done();
        }
        meters.counter(
                        Metrics.ATTEMPTS_ENDED,
                        Metrics.OUTCOME,
                        callback.status().name().toLowerCase(Locale.ROOT),
                        Metrics.FAILURE_KIND,
                        callback.failureKind() == null
                                ? "none"
                                : callback.failureKind().name().toLowerCase(Locale.ROOT))
                .increment();
    }

    /** Such an engine leaves what it could not start: see {@link ContainerBackend#start}. */
    private void destroyUnstarted(RunningAttempt attempt) throws InterruptedException {
        var containers = attempt.hold().backend().containers();
        if (!containers.capabilities().remembersRuns()) {
            destroy(attempt, () -> containers.find(attempt.id()));
        }
    }

    private void destroy(
            RunningAttempt attempt, Interruptible.Step<Optional<ContainerHandle>> search)
            throws InterruptedException {
        for (var tries = 1; tries <= REMOVALS; tries++) {
            try {
                var found = search.run();
                if (found.isPresent()) {
                    attempt.hold().backend().containers().destroy(found.get());
                }
                return;
            } catch (BackendException failed) {
                LOG.warn("attempt {}: its container stays: {}", attempt.id(), failed.getMessage());
            }
        }
    }

    private static void requireOurs(RunningAttempt attempt, Interruptible.Step<Boolean> answer)
            throws InterruptedException {
        if (!new Interruptible(attempt).finish(answer)) {
            throw new FencedException();
        }
    }

    /**
     * Ends an attempt that cannot be run, once nothing of it runs.
     *
     * @throws FencedException when the attempt is not ours any more: its container is left alone
     */
    void abort(RunningAttempt attempt, Ending ending) throws InterruptedException {
        requireOurs(attempt, () -> ownership.isConfirmed(attempt));
        var step = new Interruptible(attempt);
        var containers = attempt.hold().backend().containers();
        step.finish(
                step.untilAnswered(() -> {
                    var found = containers.find(attempt.id());
                    if (found.isPresent()) {
                        containers.destroy(found.get());
                    }
                    return found;
                }));
        finish(attempt, ending);
    }

    private void say(RunningAttempt attempt, String step, String message) {
        attempt.hold().reporter().add(new AttemptEvent.Backend(clock.instant(), step, message));
    }
}
