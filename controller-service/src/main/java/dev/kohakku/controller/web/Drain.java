package dev.kohakku.controller.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * The pause between "not ready" and the end of connections. {@code /ready/} is 503 already; what
 * still comes is served, and each answer ends its connection, so that a balancer opens the next one
 * elsewhere.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class Drain extends OncePerRequestFilter {

    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    private final Duration pause;
    private volatile boolean draining;

    Drain(HttpProperties properties) {
        this.pause = properties.drain();
    }

    /** First of all who listen: loops, followers of logs and the server stop after the pause. */
    @EventListener(ContextClosedEvent.class)
    @Order(Ordered.HIGHEST_PRECEDENCE)
    void stop() {
        draining = true;
        if (!pause.isPositive()) {
            return;
        }
        LOG.info("not ready any more; requests are served for another {} s", pause.toSeconds());
        try {
            Thread.sleep(pause);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (draining) {
            response.setHeader(HttpHeaders.CONNECTION, "close");
        }
        chain.doFilter(request, response);
    }
}
