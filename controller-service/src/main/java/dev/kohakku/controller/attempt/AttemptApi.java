package dev.kohakku.controller.attempt;

import dev.kohakku.common.wire.AttemptReport;
import dev.kohakku.common.wire.CallbackSignature;
import dev.kohakku.common.wire.Claim;
import dev.kohakku.common.wire.Claimed;
import dev.kohakku.common.wire.ReportAnswer;
import dev.kohakku.controller.task.TaskIds;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Attempts over HTTP: the server's side of {@link dev.kohakku.common.wire.AttemptReports}. */
@RestController
@RequestMapping(
        path = "/api/v1/tasks/{task}",
        consumes = MediaType.APPLICATION_JSON_VALUE,
        produces = MediaType.APPLICATION_JSON_VALUE)
class AttemptApi {

    private final Claims claims;
    private final ReportedEvents reports;
    private final Callbacks callbacks;
    private final ReportFields fields;
    private final CallbackProof proof;
    private final CallbackFields callbackFields;

    AttemptApi(
            Claims claims,
            ReportedEvents reports,
            Callbacks callbacks,
            ReportFields fields,
            CallbackProof proof,
            CallbackFields callbackFields) {
        this.claims = claims;
        this.reports = reports;
        this.callbacks = callbacks;
        this.fields = fields;
        this.proof = proof;
        this.callbackFields = callbackFields;
    }

    @PostMapping("/attempts/{attempt}/claim/")
    Claimed claim(@PathVariable String task, @PathVariable int attempt, @RequestBody Claim claim) {
        fields.checkAttempt(attempt);
        fields.check(claim);
        return switch (claims.claim(TaskIds.parse(task), attempt, claim)) {
            case Claims.Result.Granted(var claimed) -> claimed;
            case Claims.Result.Refused(var problem) -> throw problem.exception();
        };
    }

    @PostMapping("/attempts/{attempt}/reports/")
    ReportAnswer report(
            @PathVariable String task,
            @PathVariable int attempt,
            @RequestBody AttemptReport report) {
        fields.checkAttempt(attempt);
        return switch (reports.take(TaskIds.parse(task), attempt, fields.checked(report))) {
            case ReportedEvents.Result.Taken(var answer) -> answer;
            case ReportedEvents.Result.Refused(var problem) -> throw problem.exception();
        };
    }

    @PostMapping("/callback/")
    void callback(
            @PathVariable String task,
            @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false)
                    @Nullable String authorization,
            @RequestHeader(name = CallbackSignature.TIMESTAMP_HEADER, required = false)
                    @Nullable String timestamp,
            @RequestHeader(name = CallbackSignature.HEADER, required = false)
                    @Nullable String signature,
            @RequestBody(required = false) byte @Nullable [] body) {
        var headers = new CallbackProof.Headers(authorization, timestamp, signature);
        var bytes = body == null ? new byte[0] : body;
        // why first: nothing of a body is looked at that nobody of ours has signed.
        proof.check(headers, task, bytes);
        var callback = callbackFields.read(TaskIds.parse(task), bytes);
        var refusal = callbacks.take(headers.token(), callback);
        if (refusal.isPresent()) {
            throw refusal.get().exception();
        }
    }
}
