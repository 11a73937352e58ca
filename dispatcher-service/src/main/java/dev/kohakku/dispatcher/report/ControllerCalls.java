package dev.kohakku.dispatcher.report;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.common.wire.AttemptReport;
import dev.kohakku.common.wire.AttemptReports;
import dev.kohakku.common.wire.Callback;
import dev.kohakku.common.wire.CallbackSignature;
import dev.kohakku.common.wire.Claimed;
import dev.kohakku.common.wire.ReportAnswer;
import io.micrometer.core.instrument.Counter;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;

/** The calls of one attempt to the Controller, with its epoch, token and signature. */
final class ControllerCalls {

    private final AttemptReports controller;
    private final Signing signing;
    private final Claims claims;
    private final AttemptId attempt;
    private final Epoch epoch;
    private volatile String token;

    /** How far the Controller's clock is ahead of ours. */
    private volatile Duration ahead;

    /** How terminal reports are written and signed. */
    record Signing(CallbackSignature signature, JsonMapper json, Clock clock, Counter failures) {}

    ControllerCalls(
            AttemptReports controller,
            Signing signing,
            Claims claims,
            AttemptId attempt,
            Claimed claimed) {
        this.controller = controller;
        this.signing = signing;
        this.claims = claims;
        this.attempt = attempt;
        this.epoch = claimed.epoch();
        this.token = claimed.callbackToken();
        this.ahead = aheadOf(claimed);
    }

    private Duration aheadOf(Claimed claimed) {
        var now = signing.clock().instant();
        return Duration.between(now, Objects.requireNonNullElse(claimed.grantedAt(), now));
    }

    /** Counts a report that the Controller did not take. */
    void failed() {
        signing.failures().increment();
    }

    ReportAnswer report(long sequence, List<AttemptEvent> events) {
        return controller.report(
                attempt.task().toString(),
                attempt.number(),
                new AttemptReport(epoch, sequence, events));
    }

    void callback(Callback callback) {
        var body = signing.json().writeValueAsBytes(callback);
        var task = attempt.task().toString();
        // why signed anew at each try, and by its clock: the Controller refuses timestamps that
        // are five minutes off.
        var timestamp = Long.toString(signing.clock().instant().plus(ahead).getEpochSecond());
        controller.callback(
                task,
                "Bearer " + token,
                timestamp,
                signing.signature().sign(timestamp, task, body),
                body);
    }

    /**
     * Asks for a new token, because the present one was refused.
     *
     * @return whether the attempt is still ours under the same epoch
     */
    boolean renewToken() {
        return renewed(claims.claimOnce(attempt));
    }

    /** The same, tried again until the Controller has answered. */
    boolean renewTokenUntilAnswered() throws InterruptedException {
        return renewed(claims.claim(attempt));
    }

    private boolean renewed(ClaimAnswer answer) {
        return switch (answer) {
            case ClaimAnswer.Granted(var claimed) -> {
                token = claimed.callbackToken();
                ahead = aheadOf(claimed);
                yield claimed.epoch().equals(epoch);
            }
            case ClaimAnswer.Refused _ -> false;
        };
    }
}
