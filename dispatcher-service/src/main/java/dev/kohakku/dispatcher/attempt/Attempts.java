package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.AttemptOutcome;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.telemetry.LogContext;
import dev.kohakku.common.telemetry.Step;
import dev.kohakku.common.telemetry.TraceAttributes;
import dev.kohakku.common.wire.Claimed;
import dev.kohakku.common.wire.Problems;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.Backends;
import dev.kohakku.dispatcher.backend.ServedBackend;
import dev.kohakku.dispatcher.report.ClaimAnswer;
import dev.kohakku.dispatcher.report.Claims;
import dev.kohakku.dispatcher.report.Reports;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims attempts and runs them, whatever they came by. Thread-safe. */
public final class Attempts {

    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

    /** How often this process runs into a defect of its own before it ends the attempt. */
    private static final int MOST_DEFECTS = 3;

    private final RunningAttempts running;
    private final Claims claims;
    private final Reports reports;
    private final Backends backends;
    private final AttemptRunner runner;
    private final Disposal disposal;
    private final Duration checkBackGrace;
    private final Map<AttemptId, Integer> defects = new ConcurrentHashMap<>();

    Attempts(
            RunningAttempts running,
            Claims claims,
            Reports reports,
            Backends backends,
            AttemptRunner runner,
            Disposal disposal,
            Duration checkBackGrace) {
        this.running = running;
        this.claims = claims;
        this.reports = reports;
        this.backends = backends;
        this.runner = runner;
        this.disposal = disposal;
        this.checkBackGrace = checkBackGrace;
    }

    /** What came of a wish to work on an attempt. */
    public sealed interface Admission {

        /** It is ours: run it. */
        record Granted(RunningAttempt attempt) implements Admission {}

        /** It is not for us. */
        record Refused(URI reason) implements Admission {}

        /**
         * This process works on it already, or stops.
         *
         * @param claimed whether the Controller has confirmed that it is ours
         */
        record Known(boolean claimed) implements Admission {}
    }

    /**
     * Claims an attempt. Blocks until the Controller has answered, however long it is away; the
     * attempt takes its slot before. Interruptible.
     *
     * @param traceparent of its delivery, null for none
     */
    public Admission claim(AttemptId id, @Nullable String traceparent) throws InterruptedException {
        var reserved = running.reserve(id, traceparent);
        if (reserved.isEmpty()) {
            return new Admission.Known(running.find(id).flatMap(RunningAttempt::ref).isPresent());
        }
        var attempt = reserved.get();
        var granted = false;
        try (var _ = attempt.trace().carry();
                var _ = LogContext.of(id, null, traceparent)) {
            attempt.worksOn(Thread.currentThread());
            var askedAt = attempt.times().steady().now();
            return switch (claim(attempt)) {
                case ClaimAnswer.Granted(var claimed)
                        when backends.of(claimed.spec().runtimeTarget().type()).isEmpty() -> {
                    LOG.warn(
                            "attempt {} is this dispatcher's, but backend '{}' is not configured"
                                    + " any more: it is left alone until it is",
                            id,
                            claimed.spec().runtimeTarget().type());
                    yield new Admission.Refused(Problems.TARGET_NOT_SERVED);
                }
                case ClaimAnswer.Granted(var claimed) -> {
                    begin(attempt, claimed, askedAt);
                    granted = true;
                    yield new Admission.Granted(attempt);
                }
                case ClaimAnswer.Refused(var reason) -> {
                    LOG.info("attempt {} is not for this dispatcher: {}", id, reason);
                    yield new Admission.Refused(reason);
                }
            };
        } finally {
            if (!granted) {
                running.remove(attempt);
            }
        }
    }

    private ClaimAnswer claim(RunningAttempt attempt) throws InterruptedException {
        try (var step = attempt.trace().begin(Step.CLAIM)) {
            var answer = claims.claim(attempt.id());
            step.with(TraceAttributes.MESSAGING_SYSTEM, "kohakku")
                    .with(TraceAttributes.MESSAGING_OPERATION, "process")
                    .with(
                            TraceAttributes.OUTCOME,
                            answer instanceof ClaimAnswer.Granted ? "granted" : "refused");
            return step.done(answer);
        }
    }

    private void begin(RunningAttempt attempt, Claimed claimed, Instant askedAt) {
        var type = claimed.spec().runtimeTarget().type();
        var backend =
                backends.of(type)
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        "claimed "
                                                + attempt.id()
                                                + " for a backend not served here: "
                                                + type));
        attempt.begin(
                new Hold(
                        claimed,
                        backend,
                        reports.open(attempt.id(), claimed, attempt),
                        Deadlines.of(claimed, checkBackGrace, attempt.times()),
                        askedAt));
        if (claimed.state() == TaskState.CANCELLING) {
            attempt.cancelRequested();
        }
    }

    /**
     * Runs a claimed attempt to its end, on the caller's thread. Never throws; when it returns the
     * attempt is not worked on any more, and its slot is free.
     */
    public void run(RunningAttempt attempt) {
        var hold = attempt.hold();
        try (var _ = hold.reporter();
                var _ = attempt.trace().carry();
                var _ =
                        LogContext.of(
                                attempt.id(),
                                hold.claimed().epoch(),
                                attempt.trace().traceparent())) {
            attempt.worksOn(Thread.currentThread());
            LOG.info("attempt {} begins: {}", attempt.id(), hold.claimed());
            runOrAbort(attempt);
        } catch (FencedException fenced) {
            letGo(attempt, hold.backend());
        } catch (InterruptedException leaving) {
            LOG.info("attempt {} is left as it stands", attempt.id());
        } catch (RuntimeException | Error defect) {
            LOG.error("attempt {} could not be ended", attempt.id(), defect);
        } finally {
            running.remove(attempt);
        }
    }

    /**
     * why an attempt is left at first: its container may be healthy, and the next heartbeat's
     * answer brings the attempt back to run these lines from the top. An {@code Error} counts as
     * any defect: a stack that overflows at one attempt's text does so each time.
     */
    private void runOrAbort(RunningAttempt attempt) throws InterruptedException {
        try {
            runner.run(attempt);
            defects.remove(attempt.id());
        } catch (FencedException fenced) {
            defects.remove(attempt.id());
            throw fenced;
        } catch (RuntimeException | Error defect) {
            var times = defects.merge(attempt.id(), 1, Integer::sum);
            LOG.error(
                    "attempt {} failed within the dispatcher, {} of {} times",
                    attempt.id(),
                    times,
                    MOST_DEFECTS,
                    defect);
            if (times < MOST_DEFECTS) {
                return;
            }
            runner.abort(
                    attempt,
                    Ending.of(
                            new AttemptOutcome.Failed(
                                    FailureKind.INTERNAL,
                                    "the dispatcher failed: " + defect,
                                    null)));
            defects.remove(attempt.id());
        }
    }

    private void letGo(RunningAttempt attempt, ServedBackend backend) {
        try {
            var verdict = disposal.settle(attempt.id(), backend.containers());
            LOG.info("attempt {} was taken from this dispatcher: {}", attempt.id(), verdict);
        } catch (BackendException failed) {
            LOG.warn(
                    "attempt {} was taken from this dispatcher, its container stays for the reaper:"
                            + " {}",
                    attempt.id(),
                    failed.getMessage());
        } catch (InterruptedException leaving) {
            LOG.info("attempt {} is left as it stands", attempt.id());
        }
    }
}
