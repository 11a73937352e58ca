package dev.kohakku.common.wire;

import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/** What the Controller offers to the owner of an attempt. */
@HttpExchange("/api/v1/tasks/{task}")
public interface AttemptReports {

    /**
     * Makes the caller the owner. Idempotent for the same dispatcher: each call answers again, with
     * the epoch raised when the instance changed. Authorized by {@code X-API-Key}. 409 with {@link
     * Problems#ATTEMPT_SUPERSEDED}, {@link Problems#ATTEMPT_PENDING}, {@link
     * Problems#ATTEMPT_ENDED}, {@link Problems#ATTEMPT_OWNED} or {@link
     * Problems#TARGET_NOT_SERVED}: drop the delivery; 404 with {@link Problems#TASK_UNKNOWN}: drop
     * it too; 404 with {@link Problems#DISPATCHER_UNKNOWN}: check in, then claim again.
     */
    @PostExchange("/attempts/{attempt}/claim/")
    Claimed claim(@PathVariable String task, @PathVariable int attempt, @RequestBody Claim claim);

    /**
     * Tells what happened, in order. Idempotent by {@code sequence}: events already known are
     * passed over. Authorized by {@code X-API-Key}. 409 with {@link Problems#ATTEMPT_FENCED}:
     * another owner or an end; stop acting for the attempt. The answer says whether a cancel is
     * waiting.
     */
    @PostExchange("/attempts/{attempt}/reports/")
    ReportAnswer report(
            @PathVariable String task,
            @PathVariable int attempt,
            @RequestBody AttemptReport report);

    /**
     * The terminal report, {@link Callback} as raw JSON because the signature is over its bytes.
     * Idempotent: the same end again is 200. 401 wrong token, signature or timestamp; 400 unknown
     * field; 409 with {@link Problems#ATTEMPT_FENCED} when superseded.
     *
     * @param authorization {@code Bearer <callback token>}
     * @param timestamp seconds since 1970, at most five minutes off
     * @param signature see {@link CallbackSignature}
     */
    @PostExchange(url = "/callback/", contentType = "application/json")
    void callback(
            @PathVariable String task,
            @RequestHeader("Authorization") String authorization,
            @RequestHeader(CallbackSignature.TIMESTAMP_HEADER) String timestamp,
            @RequestHeader(CallbackSignature.HEADER) String signature,
            @RequestBody byte[] body);
}
