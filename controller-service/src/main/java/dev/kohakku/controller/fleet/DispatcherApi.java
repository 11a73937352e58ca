package dev.kohakku.controller.fleet;

import dev.kohakku.common.wire.CheckIn;
import dev.kohakku.common.wire.CheckedIn;
import dev.kohakku.common.wire.Heartbeat;
import dev.kohakku.common.wire.HeartbeatAnswer;
import dev.kohakku.common.wire.Leave;
import dev.kohakku.common.wire.PrefetchOutcome;
import dev.kohakku.controller.access.Caller;
import dev.kohakku.controller.web.Page;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Dispatchers over HTTP: the server's side of {@link dev.kohakku.common.wire.DispatcherRegistry},
 * and the fleet for clients.
 */
@RestController
@RequestMapping(path = "/api/v1/dispatchers", produces = MediaType.APPLICATION_JSON_VALUE)
class DispatcherApi {

    private final Dispatchers dispatchers;
    private final Cordons cordons;
    private final DispatcherStore store;

    DispatcherApi(Dispatchers dispatchers, Cordons cordons, DispatcherStore store) {
        this.dispatchers = dispatchers;
        this.cordons = cordons;
        this.store = store;
    }

    @PostMapping(path = "/checkin/", consumes = MediaType.APPLICATION_JSON_VALUE)
    CheckedIn checkIn(@RequestBody CheckIn checkIn) {
        DispatcherFields.check(checkIn);
        return dispatchers.checkIn(checkIn);
    }

    @PostMapping(path = "/{id}/heartbeat/", consumes = MediaType.APPLICATION_JSON_VALUE)
    HeartbeatAnswer heartbeat(@PathVariable String id, @RequestBody Heartbeat heartbeat) {
        DispatcherFields.check(heartbeat);
        return dispatchers.heartbeat(id, heartbeat);
    }

    @PostMapping(path = "/{id}/leave/", consumes = MediaType.APPLICATION_JSON_VALUE)
    void leave(@PathVariable String id, @RequestBody Leave leave) {
        DispatcherFields.check(leave);
        dispatchers.leave(id, leave.instance());
    }

    @PostMapping(path = "/{id}/prefetched/", consumes = MediaType.APPLICATION_JSON_VALUE)
    void prefetched(@PathVariable String id, @RequestBody PrefetchOutcome outcome) {
        DispatcherFields.check(outcome);
        dispatchers.prefetched(id, outcome);
    }

    @Operation(
            summary = "Closes the intake of a dispatcher.",
            description = "It takes no new attempt; what it works on goes on.")
    @PostMapping("/{id}/cordon")
    DispatcherView cordon(@AuthenticationPrincipal Caller caller, @PathVariable String id) {
        return cordons.cordon(id, caller.actor());
    }

    @Operation(
            summary = "Drains a dispatcher.",
            description =
                    "It takes no new attempt, and its running ones go to others in the same scope.")
    @PostMapping("/{id}/drain")
    DispatcherView drain(@AuthenticationPrincipal Caller caller, @PathVariable String id) {
        return cordons.drain(id, caller.actor());
    }

    @Operation(summary = "Opens the intake of a dispatcher; a drain ends.")
    @PostMapping("/{id}/uncordon")
    DispatcherView uncordon(@AuthenticationPrincipal Caller caller, @PathVariable String id) {
        return cordons.uncordon(id, caller.actor());
    }

    @Operation(
            summary = "Removes a dispatcher that is gone.",
            description =
                    "Refused while its lease is live or it owns attempts. A process that comes back under its id checks in as a new one.")
    @ApiResponse(responseCode = "204", description = "It is not in the list any more.")
    @DeleteMapping("/{id}")
    ResponseEntity<Void> remove(@AuthenticationPrincipal Caller caller, @PathVariable String id) {
        cordons.remove(id, caller.actor());
        return ResponseEntity.noContent().build();
    }

    /**
     * Every dispatcher that checked in and was not removed, by id; there are too few of them for
     * pages.
     */
    @GetMapping({"", "/"})
    Page<DispatcherView> list() {
        return new Page<>(store.list(), null);
    }
}
