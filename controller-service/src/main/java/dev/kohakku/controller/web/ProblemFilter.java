package dev.kohakku.controller.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.coyote.BadRequestException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * The outermost filter: limits bodies, and turns whatever comes out of the others into a problem.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
class ProblemFilter extends OncePerRequestFilter {

    private static final DataSize OF_CLIENTS = DataSize.ofMegabytes(1);

    /** A report carries up to 100 events of up to 16 KiB each. */
    private static final DataSize OF_REPORTS = DataSize.ofMegabytes(4);

    /** Up to 20,000 containers in a scope, with ids as long as an ARN. */
    private static final DataSize OF_INVENTORIES = DataSize.ofMegabytes(8);

    /** How much of a body that nobody wanted is read, so that the client reads its answer. */
    private static final DataSize SWALLOWED = DataSize.ofMegabytes(32);

    private final ProblemWriter problems;
    private final HttpProperties times;
    private final Connections connections;

    ProblemFilter(ProblemWriter problems, HttpProperties times, Connections connections) {
        this.problems = problems;
        this.times = times;
        this.connections = connections;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException {
        var limited = new LimitedRequest(request, limitOf(request).toBytes(), times);
        try {
            answer(limited, response, chain);
        } finally {
            TimedRequest.noteEnd(request);
        }
        if (limited.isUnread()) {
            swallow(limited, response);
        }
    }

    // why here: the server would wait for the rest as long as now and then a byte comes.
    private void swallow(LimitedRequest request, HttpServletResponse response) throws IOException {
        response.flushBuffer();
        try {
            request.swallow(SWALLOWED.toBytes());
        } catch (IOException late) {
            // why removed: the server would answer for it, and log, though all is answered.
            request.removeAttribute(RequestDispatcher.ERROR_EXCEPTION);
            connections.end(request.getServletConnection().getConnectionId());
        }
    }

    private void answer(LimitedRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException {
        var limit = limitOf(request).toBytes();
        if (request.getContentLengthLong() > limit) {
            problems.write(response, CommonProblems.tooLarge(limit));
            return;
        }
        try {
            chain.doFilter(request, response);
        } catch (BodyReadException | BadRequestException faulty) {
            // why answered: the client may still read, though what it sends is no request.
            problems.write(response, CommonProblems.of(faulty, request));
        } catch (IOException gone) {
            if (!TimedRequest.wasStopped(request)) {
                // why rethrown: mostly the client went away, and nobody is left to answer.
                throw gone;
            }
            problems.write(response, CommonProblems.requestTimeout());
        } catch (Exception e) {
            problems.write(response, CommonProblems.of(e, request));
        }
    }

    private static DataSize limitOf(HttpServletRequest request) {
        var path = request.getRequestURI();
        if (path.endsWith("/inventory/")) {
            return OF_INVENTORIES;
        }
        return path.endsWith("/reports/") ? OF_REPORTS : OF_CLIENTS;
    }

    static String nameOf(HttpServletRequest request) {
        return request.getMethod() + " " + request.getRequestURI();
    }
}
