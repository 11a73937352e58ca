package dev.kohakku.dispatcher.report;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.telemetry.Histograms;
import dev.kohakku.common.telemetry.Metrics;
import dev.kohakku.common.wire.AttemptReports;
import dev.kohakku.common.wire.Claim;
import dev.kohakku.common.wire.Problems;
import dev.kohakku.dispatcher.identity.DispatcherIdentity;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.client.RestClientException;

/** Asks the Controller for attempts. Thread-safe. */
public final class Claims {

    private static final Logger LOG = LoggerFactory.getLogger(Claims.class);

    private static final Set<URI> REFUSALS =
            Set.of(
                    Problems.ATTEMPT_SUPERSEDED,
                    Problems.ATTEMPT_PENDING,
                    Problems.ATTEMPT_ENDED,
                    Problems.ATTEMPT_OWNED,
                    Problems.TARGET_NOT_SERVED,
                    Problems.TASK_UNKNOWN);

    private final AttemptReports controller;
    private final DispatcherIdentity identity;
    private final Lease lease;
    private final Pauses pauses;
    private final MeterRegistry meters;

    public Claims(
            AttemptReports controller,
            DispatcherIdentity identity,
            Lease lease,
            Pauses pauses,
            MeterRegistry meters) {
        this.controller = controller;
        this.identity = identity;
        this.lease = lease;
        this.pauses = pauses;
        this.meters = meters;
    }

    /**
     * Claims an attempt, trying again until the Controller has answered. Blocks that long;
     * interruptible. Idempotent, except that each grant voids the callback token of the one before.
     */
    public ClaimAnswer claim(AttemptId attempt) throws InterruptedException {
        for (var failures = 1; ; failures++) {
            try {
                return claimOnce(attempt);
            } catch (RestClientException failed) {
                var pause = pauses.after(failures);
                LOG.warn(
                        "attempt {} cannot be claimed: {}; next try in {} ms",
                        attempt,
                        Refusals.wordsOf(failed),
                        pause.toMillis());
                Thread.sleep(pause);
            }
        }
    }

    /**
     * Claims an attempt with one call.
     *
     * @throws RestClientException when the Controller did not decide
     */
    public ClaimAnswer claimOnce(AttemptId attempt) {
        var began = System.nanoTime();
        var outcome = "failed";
        try {
            var answer = answerTo(attempt);
            outcome = answer instanceof ClaimAnswer.Granted ? "granted" : "refused";
            return answer;
        } finally {
            Histograms.wait(meters, Metrics.CLAIM_LATENCY, Tags.of(Metrics.OUTCOME, outcome))
                    .record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
        }
    }

    private ClaimAnswer answerTo(AttemptId attempt) {
        try {
            return new ClaimAnswer.Granted(
                    controller.claim(
                            attempt.task().toString(),
                            attempt.number(),
                            new Claim(identity.id(), identity.instance())));
        } catch (RestClientException failed) {
            var refusal = Refusals.typeOf(failed).filter(REFUSALS::contains);
            if (refusal.isPresent()) {
                return new ClaimAnswer.Refused(refusal.get());
            }
            if (Refusals.is(failed, Problems.DISPATCHER_UNKNOWN)) {
                lease.lost();
            }
            throw failed;
        }
    }
}
