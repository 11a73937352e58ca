package dev.kohakku.dispatcher.web;

import dev.kohakku.common.wire.Problems;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;
import tools.jackson.databind.json.JsonMapper;

/** Lets only the holder of {@code DISPATCHER_API_KEY} at {@code /tasks} and {@code /heartbeat}. */
final class ApiKeyFilter extends OncePerRequestFilter {

    private final ShownKey key;
    private final JsonMapper json;

    ApiKeyFilter(String key, JsonMapper json) {
        this.key = new ShownKey(key);
        this.json = json;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var given = Objects.requireNonNullElse(request.getHeader(Problems.API_KEY_HEADER), "");
        if (key.isShownBy(given)) {
            chain.doFilter(request, response);
            return;
        }
        var problem =
                Problem.unauthorized(
                        given.isEmpty()
                                ? "the header " + Problems.API_KEY_HEADER + " is missing"
                                : "the header " + Problems.API_KEY_HEADER + " holds a wrong key");
        response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.getOutputStream().write(json.writeValueAsBytes(problem.detail()));
    }
}
