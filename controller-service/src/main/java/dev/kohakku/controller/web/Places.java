package dev.kohakku.controller.web;

import static dev.kohakku.common.wire.Problems.type;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Bounds how many requests of each kind are handled at once. Who gets no place is answered at once
 * and before anything is read or asked of the database.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 12)
class Places extends OncePerRequestFilter {

    private final Map<RequestKind, PlaceCounter> counters = new EnumMap<>(RequestKind.class);
    private final ServiceKey services;
    private final ProblemWriter problems;
    private final MeterRegistry meters;

    Places(
            HttpProperties properties,
            @Value("${spring.datasource.hikari.maximum-pool-size}") int pool,
            ServiceKey services,
            ProblemWriter problems,
            MeterRegistry meters) {
        this.services = services;
        this.problems = problems;
        this.meters = meters;
        var places = properties.places().filledIn(Runtime.getRuntime().maxMemory(), pool);
        add(RequestKind.SERVICE, places.services(), places.services());
        add(RequestKind.CALLBACK, places.callbacks(), places.callbacks());
        add(RequestKind.LOG, places.logs(), places.ofPeer(places.logs()));
        add(RequestKind.CLIENT, places.clients(), places.ofPeer(places.clients()));
    }

    private void add(RequestKind kind, int places, int ofPeer) {
        var counter = new PlaceCounter(places, ofPeer);
        counters.put(kind, counter);
        Gauge.builder("kohakku.http.requests", counter, PlaceCounter::used)
                .description("Requests that are handled at this moment")
                .tag("kind", kind.word())
                .register(meters);
        Gauge.builder("kohakku.http.places", counter, PlaceCounter::places)
                .description("How many requests may be handled at once")
                .tag("kind", kind.word())
                .register(meters);
        for (var reason : new String[] {"full", "peer"}) {
            meters.counter("kohakku.http.refused", "kind", kind.word(), "reason", reason);
        }
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var kind = RequestKind.of(request, services);
        var counter = counters.get(kind);
        if (counter == null) {
            chain.doFilter(request, response);
            return;
        }
        var peer = kind.isSharedByPeers() ? peerOf(request) : kind.word();
        switch (counter.take(peer)) {
            case TAKEN -> {
                try {
                    chain.doFilter(request, response);
                } finally {
                    counter.giveBack(peer);
                }
            }
            case FULL -> {
                meters.counter("kohakku.http.refused", "kind", kind.word(), "reason", "full")
                        .increment();
                problems.write(response, full(counter));
            }
            case PEER_FULL -> {
                meters.counter("kohakku.http.refused", "kind", kind.word(), "reason", "peer")
                        .increment();
                problems.write(response, peerFull());
            }
        }
    }

    /**
     * Who asks: by the token where one is shown, because behind a balancer all have one address.
     * Tokens that are made up gain little: such a request is refused after one look for its token,
     * and reads no body while it has a place.
     */
    private static String peerOf(HttpServletRequest request) {
        var shown = request.getHeader(HttpHeaders.AUTHORIZATION);
        return shown == null ? request.getRemoteAddr() : shown;
    }

    private static Problem full(PlaceCounter counter) {
        return Problem.of(
                        type("busy"),
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "Too many requests at once",
                        "This Controller handles "
                                + counter.places()
                                + " requests of this kind at once (kohakku.http.places), and all of"
                                + " these places are taken. Nothing was done; repeat the request.")
                .withHeader(HttpHeaders.RETRY_AFTER, "1");
    }

    private static Problem peerFull() {
        return Problem.of(
                        type("too-many-requests"),
                        HttpStatus.TOO_MANY_REQUESTS,
                        "Too many requests of one client at once",
                        "This token or address has as many requests in work as one may"
                                + " (kohakku.http.places.peer-percent). Nothing was done; repeat the"
                                + " request.")
                .withHeader(HttpHeaders.RETRY_AFTER, "1");
    }
}
