package dev.kohakku.dispatcher.report;

import dev.kohakku.common.wire.CheckIn;
import dev.kohakku.common.wire.DispatchMode;
import dev.kohakku.common.wire.DispatcherRegistry;
import dev.kohakku.common.wire.Heartbeat;
import dev.kohakku.common.wire.Leave;
import dev.kohakku.common.wire.Problems;
import dev.kohakku.dispatcher.identity.DispatcherIdentity;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.client.RestClientException;

/**
 * Holds the lease: checks in until it succeeds, then sends heartbeats, and checks in again when the
 * Controller has forgotten this process. One round of a loop is one step; nothing overlaps.
 */
public final class Registration {

    private static final Logger LOG = LoggerFactory.getLogger(Registration.class);

    private final DispatcherRegistry controller;
    private final DispatcherIdentity identity;
    private final Terms terms;
    private final Lease lease;
    private final Cordon cordon;
    private final DispatcherStatus status;
    private final Orders orders;
    private final SteadyTime steady;
    private final AtomicBoolean wanted = new AtomicBoolean();
    private int failures;
    private Instant notBefore = Instant.EPOCH;

    /**
     * What stays the same from check-in to check-in.
     *
     * @param intake where attempts come from
     * @param version of the software
     * @param pauses between tries while the Controller is away
     */
    public record Terms(Intake intake, String version, Pauses pauses) {}

    /**
     * Which attempts come to this dispatcher, and how.
     *
     * @param mode by a stream, or sent
     * @param queue the stream or list they are found on
     * @param pool whose tasks they are of
     * @param labels by which tasks choose this dispatcher
     */
    public record Intake(
            DispatchMode mode, String queue, String pool, Map<String, String> labels) {}

    /**
     * What the Controller's answers say of this process.
     *
     * @param lease how long it counts on us
     * @param cordon whether we are to take new attempts
     */
    public record Grants(Lease lease, Cordon cordon) {}

    public Registration(
            DispatcherRegistry controller,
            DispatcherIdentity identity,
            Terms terms,
            Grants grants,
            DispatcherStatus status,
            Orders orders,
            SteadyTime steady) {
        this.controller = controller;
        this.identity = identity;
        this.terms = terms;
        this.lease = grants.lease();
        this.cordon = grants.cordon();
        this.status = status;
        this.orders = orders;
        this.steady = steady;
    }

    /** The next step sends a heartbeat although none is due. Returns at once; idempotent. */
    void heartbeatWanted() {
        wanted.set(true);
    }

    /**
     * Does what is due now: a check-in, a heartbeat or nothing. Blocks for one call at most. A
     * Controller that is away is logged and tried again later, not thrown.
     *
     * @return whether something is due at once
     */
    public boolean step() {
        // why taken before the call: a wish that comes during it wants what this answer may lack.
        var isWanted = wanted.getAndSet(false);
        if (!isWanted && steady.now().isBefore(notBefore)) {
            return false;
        }
        try {
            if (!lease.isCheckedIn()) {
                checkIn();
            } else if (isWanted || lease.isDue()) {
                heartbeat();
            }
            if (failures > 0) {
                LOG.info("the Controller answers again");
            }
            failures = 0;
        } catch (RestClientException failed) {
            return failed(failed);
        }
        return false;
    }

    private void checkIn() {
        var asked = steady.now();
        var answer =
                controller.checkIn(
                        new CheckIn(
                                identity.id(),
                                identity.instance(),
                                identity.url().toString(),
                                terms.intake().mode(),
                                terms.intake().queue(),
                                terms.intake().pool(),
                                terms.intake().labels(),
                                status.capacity(),
                                status.backends(),
                                terms.version()));
        lease.granted(answer.heartbeatEvery(), answer.lease(), asked);
        cordon.set(answer.cordoned());
        LOG.info(
                "checked in as {}, {} attempts to resume, a heartbeat every {}",
                identity.id(),
                answer.owned().size(),
                answer.heartbeatEvery());
        orders.resume(answer.owned());
    }

    private void heartbeat() {
        var asked = steady.now();
        var answer =
                controller.heartbeat(
                        identity.id(),
                        new Heartbeat(
                                identity.instance(),
                                status.freeSlots(),
                                status.running(),
                                status.backends()));
        // why before the lease counts: what is not ours must not be taken for ours in between.
        orders.letGo(answer.notOwned());
        lease.renewed(asked);
        cordon.set(answer.cordoned());
        orders.cancel(answer.cancel());
        orders.resume(answer.resume());
        orders.prefetch(answer.prefetch());
    }

    /**
     * Tells the Controller that this process acts for no attempt any more, with one call. To be
     * called after the last step and the last claim: what came later would undo it. A Controller
     * that is away learns it from the lease, which runs out.
     */
    public void leave() {
        if (!lease.isCheckedIn()) {
            return;
        }
        lease.lost();
        try {
            controller.leave(identity.id(), new Leave(identity.instance()));
            LOG.info("left the fleet");
        } catch (RestClientException failed) {
            LOG.warn("the Controller was not told: {}", Refusals.wordsOf(failed));
        }
    }

    private boolean failed(RestClientException failed) {
        if (Refusals.is(failed, Problems.DISPATCHER_UNKNOWN)) {
            LOG.warn("the Controller does not know this dispatcher, checking in again");
            lease.lost();
            return true;
        }
        failures++;
        var pause = terms.pauses().after(failures);
        notBefore = steady.now().plus(pause);
        LOG.warn(
                "{}; {} failures in a row, next try in {} ms",
                meaningOf(failed),
                failures,
                pause.toMillis());
        return false;
    }

    private String meaningOf(RestClientException failed) {
        if (Refusals.is(failed, Problems.DISPATCHER_ID_TAKEN)) {
            return "DISPATCHER_ID '"
                    + identity.id()
                    + "' is used by another live process: give each dispatcher an id of its own";
        }
        if (Refusals.hasStatus(failed, 401)) {
            return "the Controller refuses this dispatcher's key: DISPATCHER_API_KEY must be the same on both";
        }
        return "the Controller cannot be reached or fails: " + Refusals.wordsOf(failed);
    }
}
