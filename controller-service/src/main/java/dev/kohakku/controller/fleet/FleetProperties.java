package dev.kohakku.controller.fleet;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How dispatchers prove alive.
 *
 * @param heartbeatEvery how often a dispatcher is to send a heartbeat
 * @param lease how long a dispatcher counts as live after its last one
 */
@ConfigurationProperties(prefix = "kohakku.fleet", ignoreUnknownFields = false)
public record FleetProperties(
        @DefaultValue("5s") Duration heartbeatEvery, @DefaultValue("15s") Duration lease) {

    public FleetProperties {
        if (!heartbeatEvery.isPositive()) {
            throw new IllegalArgumentException(
                    "kohakku.fleet.heartbeat-every must be longer than zero");
        }
        // why twice: one lost heartbeat must not cost the lease.
        if (lease.compareTo(heartbeatEvery.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException(
                    "kohakku.fleet.lease ("
                            + lease
                            + ") must be at least twice kohakku.fleet.heartbeat-every ("
                            + heartbeatEvery
                            + ")");
        }
    }

    /**
     * How long a time without any process dispatchers could talk to may be before it counts: two
     * thirds of a lease, so that what is left of one after a shorter time suffices to renew it.
     */
    Duration presenceGap() {
        return lease.multipliedBy(2).dividedBy(3);
    }
}
