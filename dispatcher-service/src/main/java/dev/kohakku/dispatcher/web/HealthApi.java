package dev.kohakku.dispatcher.web;

import dev.kohakku.dispatcher.identity.DispatcherIdentity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Alive, and ready. */
@RestController
class HealthApi {

    private final DispatcherIdentity identity;
    private final List<Readiness> needs;

    HealthApi(DispatcherIdentity identity, List<Readiness> needs) {
        this.identity = identity;
        this.needs = needs;
    }

    /**
     * @param status {@code ready} or {@code not ready}
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

    /** 200 when everything needed is there, else 503; each need named. */
    @GetMapping({"/ready", "/ready/"})
    ResponseEntity<Ready> ready() {
        var checks = new LinkedHashMap<String, String>();
        var ready = true;
        for (var need : needs) {
            var obstacle = need.obstacle();
            ready &= obstacle.isEmpty();
            checks.put(need.name(), obstacle.orElse("ok"));
        }
        return ResponseEntity.status(ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
                .body(new Ready(ready ? "ready" : "not ready", checks));
    }
}
