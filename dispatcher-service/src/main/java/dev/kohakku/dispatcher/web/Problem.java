package dev.kohakku.dispatcher.web;

import dev.kohakku.common.wire.Problems;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

/** A request is refused; answered as a problem document (RFC 9457). */
public final class Problem extends RuntimeException {

    private final HttpStatus status;
    private final String type;
    private final List<FieldError> errors;

    /**
     * What is wrong with one field.
     *
     * @param field its path in the body, such as {@code percent}
     * @param message for a person
     */
    public record FieldError(String field, String message) {}

    private Problem(HttpStatus status, String type, String detail, List<FieldError> errors) {
        super(detail);
        this.status = status;
        this.type = type;
        this.errors = List.copyOf(errors);
    }

    /**
     * A refusal.
     *
     * @param type the short name of the problem's stable type
     * @param detail one sentence for a person
     */
    public static Problem of(HttpStatus status, String type, String detail) {
        return new Problem(status, type, detail, List.of());
    }

    /** 400: fields that are wrong. */
    public static Problem invalid(List<FieldError> errors) {
        return new Problem(
                HttpStatus.BAD_REQUEST, "invalid-request", "the request is not valid", errors);
    }

    /** 400: one field that is wrong. */
    public static Problem invalid(String field, String message) {
        return invalid(List.of(new FieldError(field, message)));
    }

    /** 401: the key is missing or wrong. */
    public static Problem unauthorized(String detail) {
        return of(HttpStatus.UNAUTHORIZED, "unauthorized", detail);
    }

    /** 413: more than this endpoint takes. */
    public static Problem tooLarge(long limit) {
        return of(
                HttpStatus.CONTENT_TOO_LARGE,
                "body-too-large",
                "the body may have at most " + limit + " bytes");
    }

    /** The whole answer. */
    public ResponseEntity<ProblemDetail> answer() {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(detail());
    }

    ProblemDetail detail() {
        return document(status, type, getMessage(), errors);
    }

    static ProblemDetail document(
            HttpStatus status, String type, @Nullable String detail, List<FieldError> errors) {
        var problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(Problems.type(type));
        problem.setTitle(status.getReasonPhrase());
        if (!errors.isEmpty()) {
            problem.setProperty("errors", errors);
        }
        return problem;
    }
}
