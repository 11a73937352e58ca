package dev.kohakku.dispatcher.web;

import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import tools.jackson.core.JacksonException;

/** Answers every failure as a problem document, never with a stack trace. */
@RestControllerAdvice
class ProblemAdvice {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refused(Problem problem) {
        return problem.answer();
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unreadable(HttpMessageNotReadableException unreadable) {
        var problem =
                unreadable.getCause() instanceof JacksonException json
                        ? JsonBodies.problemOf(json)
                        : Problem.invalid("body", "a JSON body is required");
        return problem.answer();
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> failed(Exception failed) {
        if (failed instanceof ErrorResponse known) {
            var status = HttpStatus.valueOf(known.getStatusCode().value());
            return answer(
                    Problem.document(
                            status,
                            status.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                            known.getBody().getDetail(),
                            List.of()),
                    known.getHeaders());
        }
        LOG.error("a request failed", failed);
        return answer(
                Problem.document(
                        HttpStatus.INTERNAL_SERVER_ERROR,
                        "internal",
                        "the dispatcher failed; its log says more",
                        List.of()),
                HttpHeaders.EMPTY);
    }

    private static ResponseEntity<ProblemDetail> answer(
            ProblemDetail problem, HttpHeaders headers) {
        return ResponseEntity.status(problem.getStatus())
                .headers(headers)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }
}
