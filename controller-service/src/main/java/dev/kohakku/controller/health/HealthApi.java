package dev.kohakku.controller.health;

import com.fasterxml.jackson.annotation.JsonValue;
import io.swagger.v3.oas.annotations.Operation;
import java.security.Principal;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Probes. Open to everybody. */
@RestController
class HealthApi {

    private static final String RETRY_AFTER = "2";

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

    /**
     * 200 when requests can be served, else 503; either way with the state of everything. Why
     * something is down is for who shows a token or the key of dispatchers: it names addresses and
     * settings.
     */
    @Operation(
            summary =
                    "Tells whether requests can be served now: 200 while Postgres takes writes,"
                            + " else 503.",
            description =
                    "Whatever else is away is named; the status is degraded then, and still 200. Why it"
                            + " is away is said to whoever shows a valid token.")
    @GetMapping(
            path = {"/ready/", "/ready"},
            produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Ready> ready(@Nullable Principal caller) throws InterruptedException {
        var readings = readiness.readings();
        var status = statusOf(readings);
        var answer =
                status.serves()
                        ? ResponseEntity.ok()
                        : ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                                .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
        return answer.body(
                new Ready(status, caller == null ? readings.withoutReasons() : readings.checks()));
    }

    private Status statusOf(Readiness.Readings readings) {
        if (availability.getReadinessState() != ReadinessState.ACCEPTING_TRAFFIC) {
            return Status.STOPPING;
        }
        if (!readings.serves()) {
            return Status.NOT_READY;
        }
        return readings.isWhole() ? Status.READY : Status.DEGRADED;
    }

    /** Whether requests make sense now. */
    enum Status {
        /** Everything is there. */
        READY,
        /** Requests are served; what is away is named. */
        DEGRADED,
        /** Postgres is away or takes no writes. */
        NOT_READY,
        /** The process is on its way out. */
        STOPPING;

        boolean serves() {
            return this == READY || this == DEGRADED;
        }

        @JsonValue
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Whether requests make sense now.
     *
     * @param status in one word
     * @param checks by name
     */
    record Ready(Status status, Map<String, Readiness.Check> checks) {}
}
