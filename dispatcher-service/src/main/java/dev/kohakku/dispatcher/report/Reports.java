package dev.kohakku.dispatcher.report;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.wire.AttemptReports;
import dev.kohakku.common.wire.CallbackSignature;
import dev.kohakku.common.wire.Claimed;
import dev.kohakku.common.wire.WireJson;
import java.time.Clock;

/** Opens the reporting of attempts. Thread-safe. */
public final class Reports {

    private final AttemptReports controller;
    private final Claims claims;
    private final ControllerCalls.Signing signing;
    private final Pauses pauses;

    /**
     * @param signingKey {@code CALLBACK_SIGNING_KEY}
     */
    public Reports(
            AttemptReports controller,
            Claims claims,
            String signingKey,
            Pauses pauses,
            Clock clock) {
        this.controller = controller;
        this.claims = claims;
        this.pauses = pauses;
        this.signing =
                new ControllerCalls.Signing(
                        new CallbackSignature(signingKey), WireJson.mapper(), clock);
    }

    /** The reporting of a claimed attempt; its events are numbered from 1. */
    public AttemptReporter open(AttemptId attempt, Claimed claimed, AttemptOwner owner) {
        return new AttemptReporter(
                attempt,
                new ControllerCalls(controller, signing, claims, attempt, claimed),
                owner,
                pauses);
    }
}
