package dev.kohakku.controller.access;

import static dev.kohakku.common.wire.Problems.type;

import dev.kohakku.common.wire.Problems;
import dev.kohakku.controller.web.Problem;
import dev.kohakku.controller.web.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;

/** Tells who is not let in what is missing. */
final class Refusal implements AuthenticationEntryPoint, AccessDeniedHandler {

    private final ProblemWriter problems;

    Refusal(ProblemWriter problems) {
        this.problems = problems;
    }

    @Override
    public void commence(
            HttpServletRequest request, HttpServletResponse response, AuthenticationException why)
            throws IOException {
        problems.write(response, unauthorized(request));
    }

    @Override
    public void handle(
            HttpServletRequest request, HttpServletResponse response, AccessDeniedException why)
            throws IOException {
        problems.write(
                response,
                Problem.of(
                        type("forbidden"),
                        HttpStatus.FORBIDDEN,
                        "Not allowed",
                        isOfDispatchers(request)
                                ? "This is for dispatchers, which show DISPATCHER_API_KEY in the header X-API-Key."
                                : "This is for clients, which show an API token; a dispatcher's key does not open it."));
    }

    private static Problem unauthorized(HttpServletRequest request) {
        // why the key when it is there: it was wrong, and a wrong one decides.
        var isKey = isOfDispatchers(request) || request.getHeader(Problems.API_KEY_HEADER) != null;
        var header = isKey ? Problems.API_KEY_HEADER : HttpHeaders.AUTHORIZATION;
        var detail =
                request.getHeader(header) == null
                        ? "The header " + header + " is missing"
                        : "What the header "
                                + header
                                + " shows is not known, has expired or was revoked";
        var form =
                isKey
                        ? "; it carries DISPATCHER_API_KEY."
                        : "; write 'Authorization: Token <token>' or 'Authorization: Bearer <token>'.";
        return Problem.of(
                        type("unauthorized"),
                        HttpStatus.UNAUTHORIZED,
                        "Not authorized",
                        detail + form)
                .withHeader(
                        HttpHeaders.WWW_AUTHENTICATE,
                        isKey ? "ApiKey realm=\"kohakku\"" : "Bearer realm=\"kohakku\"");
    }

    private static boolean isOfDispatchers(HttpServletRequest request) {
        var path = request.getRequestURI();
        return "POST".equals(request.getMethod())
                && (path.startsWith("/api/v1/dispatchers/") || path.contains("/attempts/"));
    }
}
