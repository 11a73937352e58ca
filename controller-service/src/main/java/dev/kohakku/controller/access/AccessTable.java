package dev.kohakku.controller.access;

import static dev.kohakku.controller.access.Scope.ADMIN;
import static dev.kohakku.controller.access.Scope.OPERATE;
import static dev.kohakku.controller.access.Scope.READ;
import static dev.kohakku.controller.access.Scope.SUBMIT;
import static org.springframework.http.HttpMethod.DELETE;
import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.POST;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Who may call what: read by security, by the refusals and by the OpenAPI document. The first line
 * that fits counts.
 */
final class AccessTable {

    private static final Audience EVERYBODY = new Audience.Everybody();
    private static final Audience DISPATCHERS = new Audience.Dispatchers();

    static final List<Line> LINES =
            List.of(
                    line(GET, "/api/v1/openapi.json", EVERYBODY),
                    line(GET, "/api/v1/openapi.json/**", EVERYBODY),
                    // why everybody: it shows the attempt's own token, which the endpoint checks.
                    line(POST, "/api/v1/tasks/*/callback/", EVERYBODY),
                    // what operators do to dispatchers lies among what dispatchers do themselves
                    line(POST, "/api/v1/dispatchers/*/cordon", OPERATE),
                    line(POST, "/api/v1/dispatchers/*/drain", OPERATE),
                    line(POST, "/api/v1/dispatchers/*/uncordon", OPERATE),
                    line(DELETE, "/api/v1/dispatchers/*", OPERATE),
                    line(POST, "/api/v1/dispatchers/**", DISPATCHERS),
                    line(POST, "/api/v1/tasks/*/attempts/**", DISPATCHERS),
                    line(null, "/api/v1/tokens/**", ADMIN),
                    line(HttpMethod.PUT, "/api/v1/image-registries/*", ADMIN),
                    line(DELETE, "/api/v1/image-registries/*", ADMIN),
                    line(POST, "/api/v1/tasks", SUBMIT),
                    line(POST, "/api/v1/tasks/*/cancel", SUBMIT),
                    line(POST, "/api/v1/workflow-instances", SUBMIT),
                    line(POST, "/api/v1/workflow-instances/*/cancel", SUBMIT),
                    line(POST, "/api/v1/dead-letters/*/redrive", OPERATE),
                    line(POST, "/api/v1/leaks/*/resolve", OPERATE),
                    line(POST, "/api/v1/queue/rebuild", OPERATE),
                    line(POST, "/api/v1/images/prefetch", OPERATE),
                    line(GET, "/api/v1/**", READ),
                    line(null, "/api/v1/**", new Audience.Clients()),
                    line(null, "/**", EVERYBODY));

    private AccessTable() {}

    /** One rule. */
    record Line(
            @Nullable HttpMethod method,
            PathPattern pattern,
            RequestMatcher matcher,
            Audience audience) {}

    private static Line line(@Nullable HttpMethod method, String pattern, Scope scope) {
        return line(method, pattern, new Audience.Holders(scope));
    }

    private static Line line(@Nullable HttpMethod method, String pattern, Audience audience) {
        var matchers = PathPatternRequestMatcher.withDefaults();
        return new Line(
                method,
                PathPatternParser.defaultInstance.parse(pattern),
                method == null ? matchers.matcher(pattern) : matchers.matcher(method, pattern),
                audience);
    }

    static Audience of(HttpServletRequest request) {
        return LINES.stream()
                .filter(line -> line.matcher().matches(request))
                .findFirst()
                .orElseThrow()
                .audience();
    }

    /**
     * @param path as an endpoint declares it, with its variables in braces
     */
    static Audience of(HttpMethod method, String path) {
        var parsed = PathContainer.parsePath(path);
        return LINES.stream()
                .filter(line -> line.method() == null || line.method().equals(method))
                .filter(line -> line.pattern().matches(parsed))
                .findFirst()
                .orElseThrow()
                .audience();
    }
}
