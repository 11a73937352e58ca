package dev.kohakku.controller.web;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Stops requests that are handled for longer than {@code kohakku.http.request-timeout}. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 2)
class TimeLimit extends OncePerRequestFilter {

    private static final Logger LOG = LoggerFactory.getLogger(TimeLimit.class);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    /** How long an interrupted request has to answer before its connection is closed. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Set<TimedRequest> running = ConcurrentHashMap.newKeySet();
    private final Duration limit;
    private final Connections connections;
    private final Counter stopped;
    private final BackgroundLoop loop;

    TimeLimit(HttpProperties properties, Connections connections, MeterRegistry meters) {
        this.limit = properties.requestTimeout();
        this.connections = connections;
        this.stopped =
                Counter.builder("kohakku.http.timeouts")
                        .description("Requests that were handled for too long and stopped")
                        .register(meters);
        this.loop = new BackgroundLoop("request-timeout", Rhythm.every(pause()), this::look);
    }

    private Duration pause() {
        var tenth = limit.dividedBy(10);
        return tenth.compareTo(LONGEST_PAUSE) < 0 ? tenth : LONGEST_PAUSE;
    }

    @PostConstruct
    void start() {
        loop.start();
    }

    @PreDestroy
    void stop() {
        loop.close();
    }

    private boolean look() {
        for (var each : running) {
            if (each.stopAfter(limit.toNanos())) {
                stopped.increment();
                LOG.warn(
                        "{} was handled for {} (kohakku.http.request-timeout) and is stopped",
                        each.name(),
                        limit);
            }
            if (each.isToBeCut(GRACE.toNanos())) {
                connections.end(each.connection());
            }
        }
        return false;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var timed = TimedRequest.begin(request, response);
        running.add(timed);
        try {
            chain.doFilter(request, response);
        } finally {
            running.remove(timed);
            timed.end();
        }
    }
}
