package dev.kohakku.dispatcher.web;

import dev.kohakku.common.wire.Problems;
import dev.kohakku.dispatcher.identity.DispatcherIdentity;
import dev.kohakku.dispatcher.identity.DispatcherSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** Alive, and ready. */
@RestController
class HealthApi {

    private final DispatcherIdentity identity;
    private final List<Readiness> needs;
    private final ApplicationAvailability availability;
    private final ShownKey key;

    /** The needs that were met at least once. */
    private final Set<String> met = ConcurrentHashMap.newKeySet();

    HealthApi(
            DispatcherIdentity identity,
            List<Readiness> needs,
            ApplicationAvailability availability,
            DispatcherSettings settings) {
        this.identity = identity;
        this.needs = needs;
        this.availability = availability;
        this.key = new ShownKey(settings.apiKey());
    }

    /**
     * @param status {@code ready}, {@code degraded}, {@code not ready} or {@code stopping}
     * @param checks {@code ok} or what is wrong, by name
     */
    record Ready(String status, Map<String, String> checks) {}

    /**
     * That the process answers, and which: the Controller tells by it a restarted dispatcher from a
     * second one under the same id. Asks nobody.
     */
    @GetMapping({"/health", "/health/"})
    Map<String, String> health() {
        return Map.of("status", "alive", "instance", identity.instance());
    }

    /**
     * 200 once everything needed was there and until the process stops, else 503; each need named.
     *
     * <p>What is wrong is said to who shows the key; a stranger reads {@code not ok}.
     *
     * <p>What goes away later degrades and is named: a container's agent talks to any dispatcher,
     * and a Controller or an engine that is away must not take them all from it. Until everything
     * was there once a process has proved nothing, and a rollout is to wait for it.
     */
    @GetMapping({"/ready", "/ready/"})
    ResponseEntity<Ready> ready(
            @RequestHeader(name = Problems.API_KEY_HEADER, required = false)
                    @Nullable String shown) {
        var checks = new LinkedHashMap<String, String>();
        for (var need : needs) {
            var obstacle = need.obstacle();
            if (obstacle.isEmpty()) {
                met.add(need.name());
            }
            checks.put(need.name(), obstacle.orElse("ok"));
        }
        var status = statusOf(checks);
        var answer =
                status.serves()
                        ? ResponseEntity.ok()
                        : ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                                .header(HttpHeaders.RETRY_AFTER, "2");
        return answer.body(new Ready(status.words(), key.isShownBy(shown) ? checks : bare(checks)));
    }

    private static Map<String, String> bare(Map<String, String> checks) {
        var bare = new LinkedHashMap<String, String>();
        checks.forEach((name, said) -> bare.put(name, said.equals("ok") ? said : "not ok"));
        return bare;
    }

    private Status statusOf(Map<String, String> checks) {
        if (availability.getReadinessState() != ReadinessState.ACCEPTING_TRAFFIC) {
            return Status.STOPPING;
        }
        if (!met.containsAll(checks.keySet())) {
            return Status.NOT_READY;
        }
        return checks.values().stream().allMatch("ok"::equals) ? Status.READY : Status.DEGRADED;
    }

    private enum Status {
        READY,
        DEGRADED,
        NOT_READY,
        STOPPING;

        boolean serves() {
            return this == READY || this == DEGRADED;
        }

        String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }
}
