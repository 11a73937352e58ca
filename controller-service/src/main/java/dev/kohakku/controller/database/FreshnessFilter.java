package dev.kohakku.controller.database;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Answers clients how new what they read or wrote is, and takes their word for it with their next
 * request: in the header {@code Kohakku-Lsn}, or in a cookie for those that keep one. Only where
 * there are replicas, and not for the calls of dispatchers, which read at the primary anyway.
 */
final class FreshnessFilter extends OncePerRequestFilter {

    static final String HEADER = "Kohakku-Lsn";
    static final String COOKIE = "kohakku_lsn";

    private static final Logger log = LoggerFactory.getLogger(FreshnessFilter.class);

    private final DataSource primary;

    FreshnessFilter(DataSource primary) {
        this.primary = primary;
    }

    /** Those of dispatchers end in a slash, by the wire contract. */
    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        var path = request.getRequestURI();
        return !path.startsWith("/api/v1/") || path.endsWith("/");
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var freshness = Freshness.begin(shown(request).orElse(null));
        var stamped = new Stamped(response, freshness);
        try {
            chain.doFilter(request, stamped);
            stamped.stamp();
        } finally {
            Freshness.end();
        }
    }

    /** What is no position is passed over: it could only be a mistake of somebody in between. */
    private static Optional<Lsn> shown(HttpServletRequest request) {
        var cookies = request.getCookies();
        var kept =
                Stream.of(cookies == null ? new Cookie[0] : cookies)
                        .filter(each -> each.getName().equals(COOKIE))
                        .map(Cookie::getValue);
        return Stream.concat(Stream.ofNullable(request.getHeader(HEADER)), kept)
                .flatMap(text -> Lsn.parse(text).stream())
                .reduce(Lsn::later);
    }

    private @Nullable Lsn positionOf(Freshness freshness) {
        if (freshness.isOfReplicas()) {
            return freshness.newest();
        }
        // why after the commit, in a statement of its own: the commit itself is in the log then.
        try (var connection = primary.getConnection();
                var statement = connection.createStatement();
                var answer = statement.executeQuery("select pg_current_wal_insert_lsn()::text")) {
            answer.next();
            // why not what the client showed, if it is later: no server has that. It is of a
            // primary that was lost with it, or made up, and would bind the client for ever.
            return Lsn.parse(answer.getString(1)).orElse(null);
        } catch (SQLException away) {
            log.debug("The primary does not say where it stands: {}", away.getMessage());
            return freshness.newest();
        }
    }

    /** Puts the position into the headers before the first byte of the body. */
    private final class Stamped extends HttpServletResponseWrapper {

        private final Freshness freshness;
        private boolean done;

        Stamped(HttpServletResponse response, Freshness freshness) {
            super(response);
            this.freshness = freshness;
        }

        void stamp() {
            if (done || isCommitted()) {
                return;
            }
            done = true;
            // why: a refusal shows nothing that could be older elsewhere, and is to cost nothing.
            if (getStatus() >= HttpServletResponse.SC_BAD_REQUEST) {
                return;
            }
            var position = positionOf(freshness);
            if (position != null) {
                setHeader(HEADER, position.toString());
                addHeader(
                        HttpHeaders.SET_COOKIE,
                        ResponseCookie.from(COOKIE, position.toString())
                                .path("/api/v1")
                                .httpOnly(true)
                                .sameSite("Strict")
                                .maxAge(ReplicaProperties.LONGEST_LAG)
                                .build()
                                .toString());
            }
        }

        @Override
        public ServletOutputStream getOutputStream() throws IOException {
            stamp();
            return super.getOutputStream();
        }

        @Override
        public PrintWriter getWriter() throws IOException {
            stamp();
            return super.getWriter();
        }

        @Override
        public void flushBuffer() throws IOException {
            stamp();
            super.flushBuffer();
        }
    }
}
