package dev.kohakku.controller.access;

import static dev.kohakku.common.wire.Problems.type;

import dev.kohakku.common.wire.Problems;
import dev.kohakku.controller.web.Problem;
import dev.kohakku.controller.web.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.stream.Collectors;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.Authentication;
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
        problems.write(response, forbidden(AccessTable.of(request), request));
    }

    private static Problem forbidden(Audience audience, HttpServletRequest request) {
        return switch (audience) {
            case Audience.Dispatchers _ ->
                    forbidden(
                            "This is for dispatchers, which show DISPATCHER_API_KEY in the header X-API-Key.");
            case Audience.Holders(var scope)
                    when request.getUserPrincipal() instanceof Authentication shown
                            && shown.getPrincipal() instanceof Caller caller
                            && !caller.scopes().isEmpty() ->
                    forbidden(
                                    "This asks for a token with the scope '"
                                            + scope.word()
                                            + "'; yours has "
                                            + caller.scopes().stream()
                                                    .sorted()
                                                    .map(Scope::word)
                                                    .collect(Collectors.joining(", "))
                                            + ".")
                            .withHeader(
                                    HttpHeaders.WWW_AUTHENTICATE,
                                    // RFC 6750, section 3.1
                                    "Bearer realm=\"kohakku\", error=\"insufficient_scope\", scope=\""
                                            + scope.word()
                                            + "\"");
            case Audience.Holders _, Audience.Clients _, Audience.Everybody _ ->
                    forbidden(
                            "This is for clients, which show an API token; a dispatcher's key does not open it.");
        };
    }

    private static Problem forbidden(String detail) {
        return Problem.of(type("forbidden"), HttpStatus.FORBIDDEN, "Not allowed", detail);
    }

    private static Problem unauthorized(HttpServletRequest request) {
        // why the key when it is there: it was wrong, and a wrong one decides.
        var isKey =
                AccessTable.of(request) instanceof Audience.Dispatchers
                        || request.getHeader(Problems.API_KEY_HEADER) != null;
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
}
