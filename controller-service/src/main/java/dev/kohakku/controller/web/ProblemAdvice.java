package dev.kohakku.controller.web;

import static dev.kohakku.common.wire.Problems.type;

import dev.kohakku.common.wire.JsonLimits;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;

/** Turns everything Spring MVC or an endpoint throws into a problem document. */
@RestControllerAdvice
class ProblemAdvice extends ResponseEntityExceptionHandler {

    private final ProblemWriter problems;

    ProblemAdvice(ProblemWriter problems) {
        this.problems = problems;
    }

    @ExceptionHandler
    void refused(ProblemException refused, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        problems.write(response, CommonProblems.of(refused, request));
    }

    @ExceptionHandler
    void defect(Exception thrown, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        problems.write(response, CommonProblems.of(thrown, request));
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException thrown,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        return entity(unreadable(thrown), headers);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleAsyncRequestNotUsableException(
            AsyncRequestNotUsableException thrown, WebRequest request) {
        return null;
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception thrown,
            @Nullable Object body,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        if (status.is5xxServerError()) {
            return entity(
                    request instanceof ServletWebRequest servlet
                            ? CommonProblems.of(thrown, servlet.getRequest())
                            : CommonProblems.of(thrown, request.getDescription(false)),
                    headers);
        }
        return entity(CommonProblems.plain(status, detailOf(thrown, body, request)), headers);
    }

    private static String detailOf(Exception thrown, @Nullable Object body, WebRequest request) {
        return switch (thrown) {
            case NoResourceFoundException none -> "There is nothing at " + pathOf(request) + ".";
            case HttpRequestMethodNotSupportedException method ->
                    method.getMethod()
                            + " is not possible here; allowed: "
                            + String.join(", ", allowed(method))
                            + ".";
            case HttpMediaTypeNotSupportedException media ->
                    "The body must be application/json, not "
                            + (media.getContentType() == null
                                    ? "of an unnamed type"
                                    : media.getContentType())
                            + ".";
            default ->
                    body instanceof ProblemDetail detail && detail.getDetail() != null
                            ? detail.getDetail()
                            : "The request cannot be answered.";
        };
    }

    private static List<String> allowed(HttpRequestMethodNotSupportedException method) {
        var supported = method.getSupportedMethods();
        return supported == null ? List.of() : List.of(supported);
    }

    private static String pathOf(WebRequest request) {
        return request instanceof ServletWebRequest servlet
                ? servlet.getRequest().getRequestURI()
                : "this path";
    }

    /** Bodies of services: the first error is named with its field. */
    private static Problem unreadable(HttpMessageNotReadableException thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof BodyTooLargeException tooLarge) {
                return CommonProblems.tooLarge(tooLarge.limit());
            }
            if (cause instanceof BodyReadException faulty) {
                return faulty.problem();
            }
            if (cause instanceof DatabindException databind && !databind.getPath().isEmpty()) {
                var errors = new FieldErrors();
                errors.add(
                        FieldErrors.nameOf(databind.getPath()),
                        "invalid",
                        JsonLimits.words(databind));
                return errors.problem();
            }
        }
        return unreadableJson(thrown.getMostSpecificCause());
    }

    /** A body that is no JSON at all. */
    static Problem unreadableJson(Throwable cause) {
        var detail =
                cause instanceof JacksonException json
                        ? JsonLimits.words(json) + placeOf(json)
                        : "The body is missing or not JSON.";
        return Problem.of(
                type("unreadable-body"),
                HttpStatus.BAD_REQUEST,
                "Body is not readable JSON",
                detail);
    }

    // why not always: what goes past a limit of the reader has no place.
    private static String placeOf(JacksonException json) {
        var place = json.getLocation();
        return place == null
                ? ""
                : " (line " + place.getLineNr() + ", column " + place.getColumnNr() + ")";
    }

    private static ResponseEntity<Object> entity(Problem problem, HttpHeaders headers) {
        var all = new HttpHeaders();
        all.putAll(headers);
        problem.headers().forEach(all::set);
        all.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        return new ResponseEntity<>(problem.members(), all, problem.status());
    }
}
