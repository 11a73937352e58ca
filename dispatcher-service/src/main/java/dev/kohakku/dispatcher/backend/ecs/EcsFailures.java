package dev.kohakku.dispatcher.backend.ecs;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.dispatcher.backend.BackendException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Locale;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Translates what AWS and its SDK say into failures of a backend. */
final class EcsFailures {

    private static final int SERVER_ERROR = 500;

    private EcsFailures() {}

    /** For a call that failed and was no throttle. */
    static BackendException of(String call, RuntimeException failure) {
        return failure instanceof AwsServiceException service
                ? ofService(call, service)
                : ofClient(call, failure);
    }

    private static BackendException ofService(String call, AwsServiceException failure) {
        var code = code(failure);
        var words = words(failure);
        var message = "%s: %s: %s%s".formatted(call, code, words, advice(code, words));
        if (failure.statusCode() >= SERVER_ERROR || code.equals("ServerException")) {
            return BackendException.unknown(message, failure);
        }
        return BackendException.refused(kind(code, words), message, failure);
    }

    private static FailureKind kind(String code, String words) {
        return switch (code) {
            case "LimitExceededException" -> FailureKind.QUOTA_EXCEEDED;
            case "ClientException", "InvalidParameterException" -> kindByWords(code, words);
            default -> FailureKind.BACKEND_ERROR;
        };
    }

    private static FailureKind kindByWords(String code, String words) {
        if (words.toLowerCase(Locale.ROOT).contains("provisioning capacity limit")) {
            // why no quota of the account: as many tasks wait for machines as a cluster lets wait.
            return FailureKind.NO_CAPACITY;
        }
        if (isAboutQuota(words)) {
            return FailureKind.QUOTA_EXCEEDED;
        }
        return advice(code, words).isEmpty()
                ? FailureKind.START_REFUSED
                : FailureKind.BACKEND_ERROR;
    }

    private static boolean isAboutQuota(String words) {
        var said = words.toLowerCase(Locale.ROOT);
        return said.contains("reached the limit") || said.contains("limit on the number");
    }

    /** Which key to look at; empty where none is to blame. */
    static String advice(String code, String words) {
        var said = words.toLowerCase(Locale.ROOT);
        if (code.equals("ClusterNotFoundException")) {
            return " (kohakku.ecs.cluster)";
        }
        if (code.startsWith("Platform") || said.contains("platform version")) {
            return " (kohakku.ecs.placement.platform-version)";
        }
        if (code.equals("ExpiredTokenException")
                || code.equals("UnrecognizedClientException")
                || code.equals("InvalidSignatureException")
                || code.equals("InvalidClientTokenId")) {
            return " (the dispatcher's AWS credentials)";
        }
        if (said.contains("log group") || said.contains("logger args")) {
            return " (kohakku.ecs.logs.group, kohakku.ecs.roles.execution)";
        }
        if (said.contains("security group")) {
            return " (kohakku.ecs.network.security-groups)";
        }
        if (said.contains("subnet")) {
            return " (kohakku.ecs.network.subnets)";
        }
        if (said.contains("capacity provider")) {
            return " (kohakku.ecs.placement.capacity-providers)";
        }
        if (said.contains("no container instances")) {
            return " (kohakku.ecs.cluster)";
        }
        return said.contains("role") ? " (kohakku.ecs.roles)" : "";
    }

    private static BackendException ofClient(String call, RuntimeException failure) {
        var message = call + ": " + failure.getMessage();
        if (message.contains("Unable to load credentials")) {
            return BackendException.refused(
                    FailureKind.BACKEND_ERROR,
                    call + ": there are no AWS credentials: " + failure.getMessage(),
                    failure);
        }
        if (message.contains("Unable to load region")) {
            return BackendException.refused(
                    FailureKind.BACKEND_ERROR, message + " (kohakku.ecs.region)", failure);
        }
        return wasNeverSent(failure)
                ? BackendException.refused(FailureKind.BACKEND_ERROR, message, failure)
                : BackendException.unknown(message, failure);
    }

    private static boolean wasNeverSent(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException
                    || cause instanceof UnknownHostException
                    || cause instanceof NoRouteToHostException) {
                return true;
            }
        }
        return false;
    }

    /** The error's name. */
    static String code(AwsServiceException failure) {
        var details = failure.awsErrorDetails();
        return details == null || details.errorCode() == null ? "error" : details.errorCode();
    }

    /** What it says. */
    static String words(AwsServiceException failure) {
        var details = failure.awsErrorDetails();
        return details == null || details.errorMessage() == null
                ? String.valueOf(failure.getMessage())
                : details.errorMessage();
    }
}
