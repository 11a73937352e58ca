package dev.kohakku.controller.web;

import static dev.kohakku.common.wire.Problems.type;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.UUID;
import org.apache.coyote.BadRequestException;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;

/** The problems any endpoint can have. */
final class CommonProblems {

    private static final Logger log = LoggerFactory.getLogger(CommonProblems.class);

    private CommonProblems() {}

    /** The same for a request that may have been stopped because it took too long. */
    static Problem of(Throwable thrown, HttpServletRequest request) {
        return TimedRequest.wasStopped(request)
                ? requestTimeout()
                : of(thrown, ProblemFilter.nameOf(request));
    }

    /** What is to be answered when this was thrown and nobody knew better. */
    static Problem of(Throwable thrown, String request) {
        for (var cause = thrown; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case ProblemException known -> {
                    return known.problem();
                }
                case BodyTooLargeException tooLarge -> {
                    return tooLarge(tooLarge.limit());
                }
                case InvalidParameterException undecodable -> {
                    return plain(
                            HttpStatus.BAD_REQUEST,
                            "The query cannot be decoded: " + undecodable.getMessage());
                }
                case BodyReadException faulty -> {
                    return faulty.problem();
                }
                case BadRequestException broken -> {
                    return cutShort();
                }
                case Throwable further -> {}
            }
        }
        return DatabaseFaults.in(thrown)
                .map(words -> {
                    log.warn("{}: the database cannot be used: {}", request, oneLine(words));
                    return unavailable();
                })
                .orElseGet(() -> internal(thrown, request));
    }

    private static String oneLine(String words) {
        return words.replaceAll("\\s+", " ");
    }

    /** The client took longer to send its request than is waited for. */
    static Problem tooSlow() {
        return Problem.of(
                        type("request-too-slow"),
                        HttpStatus.REQUEST_TIMEOUT,
                        "Request came too slowly",
                        "The body of the request did not arrive in time: no byte of it for as long"
                                + " as server.tomcat.connection-timeout says, or fewer than"
                                + " kohakku.http.body-timeout and kohakku.http.body-rate ask for.")
                .withHeader("Connection", "close");
    }

    /** The request was handled for longer than it may be, and was stopped. */
    static Problem requestTimeout() {
        return Problem.of(
                        type("request-timeout"),
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "Request took too long",
                        "The request was handled for longer than kohakku.http.request-timeout and"
                                + " was stopped. It may have changed something or not; repeat it,"
                                + " with the same Idempotency-Key where it has one.")
                .withHeader("Retry-After", "5");
    }

    /** The body ended before its end, or its chunks cannot be told apart. */
    static Problem cutShort() {
        return plain(
                        HttpStatus.BAD_REQUEST,
                        "The body of the request is cut short or badly framed.")
                .withHeader("Connection", "close");
    }

    /** A defect: the answer carries an id only, the log has the rest under it. */
    static Problem internal(Throwable thrown, String request) {
        var id = UUID.randomUUID().toString();
        log.error("{} failed, error id {}", request, id, thrown);
        return Problem.of(
                        type("internal-error"),
                        HttpStatus.INTERNAL_SERVER_ERROR,
                        "Internal error",
                        "Something went wrong on our side. The log of the Controller has it under"
                                + " error id "
                                + id
                                + ".")
                .with("error_id", id);
    }

    static Problem unavailable() {
        return Problem.of(
                        type("unavailable"),
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "Temporarily unavailable",
                        "The database cannot be reached or takes no writes now. Nothing is known to"
                                + " have changed; repeat the request, with the same Idempotency-Key"
                                + " where it has one.")
                .withHeader("Retry-After", "2");
    }

    static Problem tooLarge(long limit) {
        return Problem.of(
                        type("body-too-large"),
                        HttpStatus.CONTENT_TOO_LARGE,
                        "Body too large",
                        "The body of this request may have at most " + limit + " bytes.")
                .with("limit_bytes", limit);
    }

    /** For statuses Spring or the server decided on, whose name says it all. */
    static Problem plain(HttpStatusCode code, String detail) {
        var status = HttpStatus.resolve(code.value());
        if (status == null) {
            status =
                    code.is4xxClientError()
                            ? HttpStatus.BAD_REQUEST
                            : HttpStatus.INTERNAL_SERVER_ERROR;
        }
        return Problem.of(
                type(status.getReasonPhrase().toLowerCase(Locale.ROOT).replace(' ', '-')),
                status,
                status.getReasonPhrase(),
                detail);
    }
}
