package dev.kohakku.controller.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.Set;

/** Kinds of requests, each with places of its own, so that none takes those of another. */
enum RequestKind {
    /** Health, readiness, metrics: always answered. */
    PROBE,
    /** Whoever shows the key of dispatchers, right: check-ins, heartbeats, claims, reports. */
    SERVICE,
    /** What containers report themselves. */
    CALLBACK,
    /** Readers and followers of logs, which stay long. */
    LOG,
    /** Everything else: clients, and everybody who shows nothing. */
    CLIENT;

    private static final Set<String> PROBES =
            Set.of("/health", "/health/", "/ready", "/ready/", "/actuator/prometheus");

    static RequestKind of(HttpServletRequest request, ServiceKey services) {
        var path = request.getRequestURI();
        if (PROBES.contains(path)) {
            return PROBE;
        }
        // why by the key and not by the path: a path can be asked for by anybody.
        if (services.isShownIn(request)) {
            return SERVICE;
        }
        if (!path.startsWith("/api/v1/tasks/")) {
            return CLIENT;
        }
        if (path.endsWith("/callback/")) {
            return CALLBACK;
        }
        return path.endsWith("/logs") ? LOG : CLIENT;
    }

    /** Whether one address or token may take a part of the places only. */
    boolean isSharedByPeers() {
        return this == CLIENT || this == LOG;
    }

    /** In metrics. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
