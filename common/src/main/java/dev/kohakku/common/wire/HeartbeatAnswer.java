package dev.kohakku.common.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a dispatcher should know. Everything in it is repeated with each heartbeat until it is done.
 *
 * @param cancel attempts to cancel
 * @param notOwned attempts of the heartbeat that belong to somebody else or are over: stop acting
 *     for them and destroy what is held
 * @param resume attempts Postgres holds for this dispatcher that the heartbeat did not name (a lost
 *     claim reply, a hand-over): claim and resume them
 * @param cordoned whether this dispatcher is to take no new attempt, until a later answer says
 *     otherwise; what it works on goes on
 * @param prefetch images to pull before any attempt needs them
 */
public record HeartbeatAnswer(
        List<AttemptRef> cancel,
        List<AttemptRef> notOwned,
        List<AttemptRef> resume,
        boolean cordoned,
        List<Prefetch> prefetch) {

    // why nullable here: a Controller from before it existed does not send it.
    public HeartbeatAnswer(
            List<AttemptRef> cancel,
            List<AttemptRef> notOwned,
            List<AttemptRef> resume,
            boolean cordoned,
            @Nullable List<Prefetch> prefetch) {
        this.cancel = cancel;
        this.notOwned = notOwned;
        this.resume = resume;
        this.cordoned = cordoned;
        this.prefetch = prefetch == null ? List.of() : prefetch;
    }
}
