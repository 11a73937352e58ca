package dev.kohakku.dispatcher.report;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.telemetry.Metrics;
import dev.kohakku.common.wire.AttemptRef;
import dev.kohakku.common.wire.AttemptReports;
import dev.kohakku.common.wire.CallbackSignature;
import dev.kohakku.common.wire.Claimed;
import dev.kohakku.common.wire.WireJson;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Opens the reporting of attempts. Thread-safe. */
public final class Reports {

    private final AttemptReports controller;
    private final Claims claims;
    private final ControllerCalls.Signing signing;
    private final Pauses pauses;

    /** Where this process stopped numbering an attempt that it may take up again. */
    private final Map<AttemptRef, Long> left = new ConcurrentHashMap<>();

    /**
     * @param signingKey {@code CALLBACK_SIGNING_KEY}
     */
    public Reports(
            AttemptReports controller,
            Claims claims,
            String signingKey,
            Pauses pauses,
            Clock clock,
            MeterRegistry meters) {
        this.controller = controller;
        this.claims = claims;
        this.pauses = pauses;
        this.signing =
                new ControllerCalls.Signing(
                        new CallbackSignature(signingKey),
                        WireJson.mapper(),
                        clock,
                        meters.counter(Metrics.REPORT_FAILURES));
    }

    /**
     * The reporting of a claimed attempt. Its events are numbered from 1, or go on where this
     * process left the attempt under the same epoch: known numbers would be passed over.
     */
    public AttemptReporter open(AttemptId attempt, Claimed claimed, AttemptOwner owner) {
        var ref = AttemptRef.of(attempt, claimed.epoch());
        var first = left.remove(ref);
        return new AttemptReporter(
                attempt,
                new ControllerCalls(controller, signing, claims, attempt, claimed),
                owner,
                pauses,
                first == null ? 1 : first,
                next -> left.put(ref, next));
    }
}
