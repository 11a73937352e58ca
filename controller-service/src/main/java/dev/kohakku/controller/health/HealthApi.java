package dev.kohakku.controller.health;

import io.swagger.v3.oas.annotations.Operation;
import java.util.Map;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Probes. Open to everybody. */
@RestController
class HealthApi {

    private final Readiness readiness;
    private final ApplicationAvailability availability;

    HealthApi(Readiness readiness, ApplicationAvailability availability) {
        this.readiness = readiness;
        this.availability = availability;
    }

    /** Alive: asks nobody. */
    @Operation(summary = "Tells whether the process is alive; asks no engine.")
    @GetMapping(
            path = {"/health/", "/health"},
            produces = MediaType.APPLICATION_JSON_VALUE)
    Map<String, String> health() {
        return Map.of("status", "alive");
    }

    /** 200 when every engine answers, else 503; either way with the state of each. */
    @Operation(
            summary =
                    "Tells whether requests make sense now: 200 when every engine answers, else 503.")
    @GetMapping(
            path = {"/ready/", "/ready"},
            produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Ready> ready() throws InterruptedException {
        var checks = readiness.checks();
        var accepting = availability.getReadinessState() == ReadinessState.ACCEPTING_TRAFFIC;
        var ready = accepting && checks.values().stream().allMatch(Readiness.Check::isUp);
        return ResponseEntity.status(ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
                .body(new Ready(ready ? "ready" : accepting ? "not_ready" : "stopping", checks));
    }

    /**
     * Whether requests make sense now.
     *
     * @param status {@code ready}, {@code not_ready} or {@code stopping}
     * @param checks by engine
     */
    record Ready(String status, Map<String, Readiness.Check> checks) {}
}
