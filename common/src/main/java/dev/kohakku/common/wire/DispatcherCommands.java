package dev.kohakku.common.wire;

import java.time.Duration;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/**
 * What a dispatcher offers to the Controller: edges that make things faster, never needed for them
 * to happen.
 */
@HttpExchange
public interface DispatcherCommands {

    /** How long the Controller waits for an answer before it leaves the matter to the heartbeat. */
    Duration PATIENCE = Duration.ofSeconds(2);

    /**
     * Cancels an attempt. Returns at once; the end comes as a callback. Idempotent; 404 when this
     * dispatcher does not work on it. Authorized by {@code X-API-Key}.
     */
    @PostExchange("/tasks/{task}/cancel")
    void cancel(@PathVariable String task, @RequestBody AttemptRef attempt);

    /**
     * Puts an attempt on the dispatcher's own list. Returns once it is there and outlives the
     * process; idempotent by attempt. 409 with {@link Problems#DISPATCH_MODE} where attempts come
     * by a stream, 503 while the list cannot be written. Authorized by {@code X-API-Key}.
     */
    @PostExchange("/tasks")
    void put(@RequestBody PutAttempt attempt);

    /**
     * Has the dispatcher send a heartbeat now, because its answer has something new. Returns at
     * once. Idempotent. Authorized by {@code X-API-Key}.
     */
    @PostExchange("/heartbeat")
    void heartbeat();
}
