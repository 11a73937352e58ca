package dev.kohakku.common.wire;

import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/**
 * What the Controller offers to dispatchers about themselves. Authorized by the header {@code
 * X-API-Key}.
 */
@HttpExchange("/api/v1/dispatchers")
public interface DispatcherRegistry {

    /**
     * Introduces a process. Idempotent for the same {@code instance}; a new instance under a known
     * id takes over its lease and its attempts, unless the other instance's lease is live and its
     * address answers: then 409 with {@link Problems#DISPATCHER_ID_TAKEN}.
     */
    @PostExchange("/checkin/")
    CheckedIn checkIn(@RequestBody CheckIn checkIn);

    /**
     * Renews the lease and exchanges what each side should know. 404 with {@link
     * Problems#DISPATCHER_UNKNOWN} when the Controller does not know this id and instance: the
     * dispatcher must check in again.
     */
    @PostExchange("/{id}/heartbeat/")
    HeartbeatAnswer heartbeat(@PathVariable String id, @RequestBody Heartbeat heartbeat);

    /**
     * A process stops and acts for none of its attempts any more. Its lease ends at once: what it
     * owns is handed to other live dispatchers in the same scope, or waits for the next process
     * under this id. Idempotent. 404 with {@link Problems#DISPATCHER_UNKNOWN} when another process
     * has the id by now: nothing is left to be done.
     */
    @PostExchange("/{id}/leave/")
    void leave(@PathVariable String id, @RequestBody Leave leave);

    /**
     * Tells which containers of this installation there are in each scope, and hears which of them
     * are to be destroyed. Idempotent; nothing depends on how often it is called. 404 with {@link
     * Problems#DISPATCHER_UNKNOWN} as for a heartbeat.
     */
    @PostExchange("/{id}/inventory/")
    InventoryAnswer inventory(@PathVariable String id, @RequestBody Inventory inventory);

    /**
     * Tells what came of an image that was to be pulled ahead. Idempotent: the first outcome
     * counts, and one of a request that is over is passed over. 404 with {@link
     * Problems#DISPATCHER_UNKNOWN} as for a heartbeat.
     */
    @PostExchange("/{id}/prefetched/")
    void prefetched(@PathVariable String id, @RequestBody PrefetchOutcome outcome);
}
