package dev.kohakku.dispatcher.backend.ecs;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * Tells that a call came too often. AWS says so in many ways: by an error code of its own, by
 * another error whose message or cause is the throttle of a service behind it, or by HTTP 429
 * alone. HTTP 503 alone is none: an outage says that too.
 */
final class Throttling {

    private static final Set<String> CODES =
            Set.of(
                    "Throttling",
                    "ThrottlingException",
                    "ThrottledException",
                    "RequestThrottled",
                    "RequestThrottledException",
                    "TooManyRequestsException",
                    "RequestLimitExceeded",
                    "BandwidthLimitExceeded",
                    "PriorRequestNotComplete",
                    "SlowDown");
    private static final int MOST_CAUSES = 10;

    private Throttling() {}

    /** Whether this or what caused it is a throttle. */
    static boolean is(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
            if (isOne(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static boolean isOne(Throwable failure) {
        if (failure instanceof AwsServiceException service) {
            var details = service.awsErrorDetails();
            var code = details == null ? "" : String.valueOf(details.errorCode());
            return service.statusCode() == 429
                    || CODES.contains(code)
                    || isSaidIn(details == null ? null : details.errorMessage());
        }
        return isSaidIn(failure.getMessage());
    }

    /** Whether these words of AWS tell of a throttle. */
    static boolean isSaidIn(@Nullable String words) {
        if (words == null) {
            return false;
        }
        var said = words.toLowerCase(Locale.ROOT);
        return said.contains("rate exceeded")
                || said.contains("throttlingexception")
                || said.contains("request limit exceeded")
                || said.contains("requestlimitexceeded")
                || said.contains("too many requests");
    }
}
