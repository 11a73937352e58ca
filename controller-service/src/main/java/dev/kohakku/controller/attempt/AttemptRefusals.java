package dev.kohakku.controller.attempt;

import dev.kohakku.common.wire.Problems;
import dev.kohakku.controller.web.Problem;
import java.net.URI;
import org.springframework.http.HttpStatus;

/** The answers to owners, and to those who are none. */
final class AttemptRefusals {

    private AttemptRefusals() {}

    static Problem superseded(String detail) {
        return conflict(Problems.ATTEMPT_SUPERSEDED, "Attempt superseded", detail);
    }

    static Problem ended(String detail) {
        return conflict(Problems.ATTEMPT_ENDED, "Attempt ended", detail);
    }

    static Problem owned(String detail) {
        return conflict(Problems.ATTEMPT_OWNED, "Attempt owned by another dispatcher", detail);
    }

    static Problem targetNotServed(String detail) {
        return conflict(Problems.TARGET_NOT_SERVED, "Runtime target not served", detail);
    }

    static Problem fenced(String detail) {
        return conflict(Problems.ATTEMPT_FENCED, "Attempt fenced", detail);
    }

    private static Problem conflict(URI type, String title, String detail) {
        return Problem.of(type, HttpStatus.CONFLICT, title, detail);
    }

    /** A terminal report that does not prove where it comes from. */
    static Problem unproven(String type, String title, String detail) {
        return Problem.of(Problems.type(type), HttpStatus.UNAUTHORIZED, title, detail)
                .withHeader("WWW-Authenticate", "Bearer realm=\"kohakku-callback\"");
    }
}
