package dev.kohakku.controller.attempt;

import dev.kohakku.common.wire.CallbackSignature;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Checks that a terminal report was made by a dispatcher of ours, and lately. */
@Component
class CallbackProof {

    private static final Duration SKEW = Duration.ofMinutes(5);
    private static final Pattern SECONDS = Pattern.compile("\\d{1,11}");
    private static final Pattern BEARER = Pattern.compile("(?i:Bearer) +([\\x21-\\x7e]{1,500}) *");

    private final CallbackSignature signature;
    private final Clock clock;

    CallbackProof(AttemptProperties properties, Clock clock) {
        this.signature = new CallbackSignature(properties.callbackSigningKey());
        this.clock = clock;
    }

    /** The headers of a terminal report, each null where it is missing. */
    record Headers(
            @Nullable String authorization,
            @Nullable String timestamp,
            @Nullable String signature) {

        /** The bearer token; null where there is none. */
        @Nullable String token() {
            if (authorization == null) {
                return null;
            }
            var match = BEARER.matcher(authorization);
            return match.matches() ? match.group(1) : null;
        }

        /** Leaves out the token. */
        @Override
        public String toString() {
            return "Headers[timestamp=" + timestamp + "]";
        }
    }

    /** Refuses a stale or missing timestamp and a wrong or missing signature, each by its type. */
    void check(Headers headers, String task, byte[] body) {
        var timestamp = headers.timestamp();
        if (timestamp == null || !isRecent(timestamp)) {
            throw AttemptRefusals.unproven(
                            "callback-timestamp-invalid",
                            "Timestamp missing or stale",
                            CallbackSignature.TIMESTAMP_HEADER
                                    + " must be seconds since 1970, at most "
                                    + SKEW.toSeconds()
                                    + " off the Controller's clock.")
                    .exception();
        }
        if (headers.signature() == null
                || !signature.matches(headers.signature(), timestamp, task, body)) {
            throw AttemptRefusals.unproven(
                            "callback-signature-invalid",
                            "Signature missing or wrong",
                            CallbackSignature.HEADER
                                    + " must be sha256=<HMAC-SHA256 of \"<timestamp>.<task>:<body>\"> under CALLBACK_SIGNING_KEY.")
                    .exception();
        }
    }

    private boolean isRecent(String timestamp) {
        return SECONDS.matcher(timestamp).matches()
                && Duration.between(
                                        Instant.ofEpochSecond(Long.parseLong(timestamp)),
                                        clock.instant())
                                .abs()
                                .compareTo(SKEW)
                        <= 0;
    }
}
