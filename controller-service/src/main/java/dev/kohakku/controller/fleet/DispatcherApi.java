package dev.kohakku.controller.fleet;

import dev.kohakku.common.wire.CheckIn;
import dev.kohakku.common.wire.CheckedIn;
import dev.kohakku.common.wire.Heartbeat;
import dev.kohakku.common.wire.HeartbeatAnswer;
import dev.kohakku.controller.web.Page;
import org.springframework.http.MediaType;
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
    private final DispatcherStore store;

    DispatcherApi(Dispatchers dispatchers, DispatcherStore store) {
        this.dispatchers = dispatchers;
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

    /** Every dispatcher that ever checked in, by id; there are too few of them for pages. */
    @GetMapping({"", "/"})
    Page<DispatcherView> list() {
        return new Page<>(store.list(), null);
    }
}
