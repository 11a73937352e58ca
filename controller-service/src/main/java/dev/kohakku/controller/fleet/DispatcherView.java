package dev.kohakku.controller.fleet;

import dev.kohakku.common.wire.BackendStatus;
import java.time.Instant;
import java.util.List;

/**
 * A dispatcher in JSON.
 *
 * @param leaseState by the database's clock
 * @param freeSlots as of its last heartbeat
 * @param running attempts it owns, as Postgres has it
 */
record DispatcherView(
        String id,
        String instance,
        String url,
        String queue,
        String version,
        LeaseState leaseState,
        Instant leaseExpiresAt,
        Instant heartbeatAt,
        Instant checkedInAt,
        int maxRunningTasks,
        int freeSlots,
        int running,
        List<BackendStatus> backends) {

    /** Whether it counts as alive. */
    enum LeaseState {
        /** A heartbeat came in time. */
        LIVE,
        /**
         * None came in time: it is given no more work, and its attempts are rescued after a grace.
         */
        EXPIRED
    }
}
