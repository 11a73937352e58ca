package dev.kohakku.common.wire;

import dev.kohakku.common.brief.BriefRef;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.RegistryLogin;
import dev.kohakku.common.task.TaskSpec;
import dev.kohakku.common.task.TaskState;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything the owner of an attempt needs.
 *
 * @param epoch goes with every write from now on
 * @param state {@code PROVISIONING}: a container may be made, unless its start was asked for;
 *     {@code RUNNING} or {@code CANCELLING}: one has been, and if it cannot be found it must not be
 *     made again
 * @param spec what to run
 * @param brief where the brief is
 * @param secrets values by name, for the container's environment only
 * @param registryLogin for pulling the image; null where none is stored for its registry
 * @param callbackToken authorizes the terminal report; a new claim makes a new one and voids the
 *     old
 * @param claimedAt when the attempt was first claimed, by the database's clock: the start timeout
 *     counts from here
 * @param grantedAt when this was answered, by the same clock, which an owner's own may disagree
 *     with; null from a Controller that does not say
 * @param startAskedAt when an owner first said that it asks the engine to start the container
 *     ({@link AttemptEvent.Starting}), by the database's clock: one that cannot be found must not
 *     be made again, whatever the state; null where nobody has, or from a Controller that does not
 *     say
 * @param traceparent the W3C trace context of the task; null where it has none, or from a
 *     Controller that does not say
 */
public record Claimed(
        Epoch epoch,
        TaskState state,
        TaskSpec spec,
        BriefRef brief,
        Map<String, String> secrets,
        @Nullable RegistryLogin registryLogin,
        String callbackToken,
        Instant claimedAt,
        @Nullable Instant grantedAt,
        @Nullable Instant startAskedAt,
        @Nullable String traceparent) {

    /** Leaves out the secrets, the login and the token. */
    @Override
    public String toString() {
        return "Claimed[epoch="
                + epoch
                + ", state="
                + state
                + ", spec="
                + spec.name()
                + ", secrets="
                + secrets.keySet()
                + "]";
    }
}
