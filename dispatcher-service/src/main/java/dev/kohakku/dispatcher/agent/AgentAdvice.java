package dev.kohakku.dispatcher.agent;

import dev.kohakku.common.queue.redis.RedisUnavailableException;
import dev.kohakku.dispatcher.web.Problem;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Tells agents that an engine behind us is away and that trying again helps. */
@RestControllerAdvice(assignableTypes = AgentApi.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
class AgentAdvice {

    private static final Logger LOG = LoggerFactory.getLogger(AgentAdvice.class);

    @ExceptionHandler
    ResponseEntity<ProblemDetail> stateIsAway(RedisUnavailableException away) {
        LOG.warn("an agent was sent away: {}", away.getMessage());
        return Problem.of(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "state-unavailable",
                        "what the agent says cannot be kept now; try again shortly")
                .answer();
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> uploadsAreFull(ResultUploads.FullException full) {
        var answer =
                Problem.of(
                                HttpStatus.SERVICE_UNAVAILABLE,
                                "uploads-full",
                                full.getMessage() + "; try again shortly")
                        .answer();
        return ResponseEntity.status(answer.getStatusCode())
                .headers(answer.getHeaders())
                .header(HttpHeaders.RETRY_AFTER, "2")
                .body(answer.getBody());
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> storeFailed(IOException failed) {
        LOG.warn("an agent's transfer failed: {}", failed.getMessage());
        return Problem.of(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "store-unavailable",
                        "the object store failed or the body ended early; try again shortly")
                .answer();
    }
}
