package dev.kohakku.controller.fleet;

import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.common.wire.DispatchMode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A dispatcher in JSON.
 *
 * @param mode how attempts come to it: from the stream in {@code queue}, or sent to {@code url} and
 *     kept on the list in {@code queue}
 * @param pool whose tasks it takes
 * @param labels by which tasks choose it
 * @param leaseState by the database's clock
 * @param leftAt when its process said that it stops; null unless it did and none has followed
 * @param intake whether it is to take new attempts
 * @param cordonedAt since when it is to take none; null while it is OPEN
 * @param cordonedBy who wanted that
 * @param freeSlots as of its last heartbeat
 * @param running attempts it owns, as Postgres has it
 */
record DispatcherView(
        String id,
        String instance,
        String url,
        DispatchMode mode,
        String queue,
        String pool,
        Map<String, String> labels,
        String version,
        LeaseState leaseState,
        Instant leaseExpiresAt,
        Instant heartbeatAt,
        Instant checkedInAt,
        @Nullable Instant leftAt,
        Intake intake,
        @Nullable Instant cordonedAt,
        @Nullable String cordonedBy,
        int maxRunningTasks,
        int freeSlots,
        int running,
        List<BackendStatus> backends) {

    /** Whether it counts as alive. */
    enum LeaseState {
        /** A heartbeat came in time. */
        LIVE,
        /**
         * None came in time, or its process has left: it is given no more work, and its attempts go
         * to others in their scopes or are rescued after a grace.
         */
        EXPIRED
    }

    /** What operators want of it. */
    enum Intake {
        /** Nothing against new attempts. */
        OPEN,
        /** It takes no new attempt; what it works on goes on. */
        CORDONED,
        /** The same, and its running attempts go to others in their scopes. */
        DRAINING
    }
}
