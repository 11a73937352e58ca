package dev.kohakku.controller.demand;

import static dev.kohakku.common.wire.Problems.type;

import dev.kohakku.controller.web.FieldErrors;
import dev.kohakku.controller.web.Problem;
import dev.kohakku.controller.web.QueryFields;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Demand over HTTP. */
@RestController
@RequestMapping(path = "/api/v1/pools", produces = MediaType.APPLICATION_JSON_VALUE)
class DemandApi {

    private static final int MOST_INSTANCES = 100_000;

    private final Demands demands;

    DemandApi(Demands demands) {
        this.demands = demands;
    }

    @Operation(
            summary = "What a pool has to do, and how many dispatchers it wants.",
            description =
                    "For autoscaling: wanted_instances is enough for all that waits and runs, within min and max, and never fewer than hold running work.")
    @Parameter(
            name = "min",
            in = ParameterIn.QUERY,
            description = "The fewest instances to want.",
            schema = @Schema(type = "integer", minimum = "0", defaultValue = "0"))
    @Parameter(
            name = "max",
            in = ParameterIn.QUERY,
            description = "The most instances to want; those that hold running work count all.",
            schema = @Schema(type = "integer", minimum = "1", defaultValue = "100000"))
    @Parameter(
            name = "per_instance",
            in = ParameterIn.QUERY,
            description =
                    "How many tasks one instance is to have; by default what the pool's dispatchers work on.",
            schema = @Schema(type = "integer", minimum = "0", defaultValue = "0"))
    @GetMapping("/{pool}/demand")
    Demand demand(@PathVariable String pool, @Parameter(hidden = true) HttpServletRequest request) {
        var errors = new FieldErrors();
        var query = QueryFields.of(request, errors);
        var bounds =
                new Demand.Bounds(
                        query.whole("min", 0, MOST_INSTANCES, 0),
                        query.whole("max", 1, MOST_INSTANCES, MOST_INSTANCES),
                        query.whole("per_instance", 0, MOST_INSTANCES, 0));
        query.refuseUnknown();
        if (bounds.least() > bounds.most()) {
            errors.add("min", "range", "must not be more than max, " + bounds.most());
        }
        errors.refuseIfAny();
        return demands.of(pool, bounds).orElseThrow(() -> unknown(pool));
    }

    // why not zeros: a misspelled pool would never be scaled up, and nobody would be told.
    private RuntimeException unknown(String pool) {
        return Problem.of(
                        type("pool-unknown"),
                        HttpStatus.NOT_FOUND,
                        "Pool unknown",
                        "No task and no dispatcher ever named pool '"
                                + pool
                                + "'; known are "
                                + String.join(", ", demands.pools()))
                .exception();
    }
}
