package dev.kohakku.controller.fleet;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.wire.AttemptRef;
import dev.kohakku.common.wire.CheckIn;
import dev.kohakku.common.wire.CheckedIn;
import dev.kohakku.common.wire.Heartbeat;
import dev.kohakku.common.wire.HeartbeatAnswer;
import dev.kohakku.common.wire.PrefetchOutcome;
import dev.kohakku.common.wire.Problems;
import dev.kohakku.controller.image.Prefetches;
import dev.kohakku.controller.web.Problem;
import dev.kohakku.controller.web.ProblemException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** The fleet. Every method blocks; all are safe to repeat. Leases go by the database's clock. */
@Component
public class Dispatchers {

    private static final Logger LOG = LoggerFactory.getLogger(Dispatchers.class);

    /** How often a check-in is judged anew because somebody else checked in at the same time. */
    private static final int MOST_JUDGEMENTS = 3;

    private final DispatcherStore store;
    private final DispatcherProbe probe;
    private final FleetProperties properties;
    private final Prefetches prefetches;
    private final ApplicationEventPublisher events;

    Dispatchers(
            DispatcherStore store,
            DispatcherProbe probe,
            FleetProperties properties,
            Prefetches prefetches,
            ApplicationEventPublisher events) {
        this.store = store;
        this.probe = probe;
        this.properties = properties;
        this.prefetches = prefetches;
        this.events = events;
    }

    /** Every dispatcher whose lease has not expired. */
    public List<LiveDispatcher> live() {
        return store.live();
    }

    /**
     * The dispatcher with this id, if this process is the one that has checked in under it last,
     * has not left since, and its lease is live.
     */
    public Optional<LiveDispatcher> find(String id, String instance) {
        return store.find(id, instance);
    }

    /** Nobody, or somebody else, has checked in under this id since: 404. */
    public static ProblemException unknown(String id, String instance) {
        return Problem.of(
                        Problems.DISPATCHER_UNKNOWN,
                        HttpStatus.NOT_FOUND,
                        "Dispatcher unknown",
                        "Dispatcher '"
                                + id
                                + "' with instance "
                                + instance
                                + " has not checked in or let its lease expire; check in, then try again.")
                .exception();
    }

    CheckedIn checkIn(CheckIn checkIn) {
        for (var judgement = 1; judgement <= MOST_JUDGEMENTS; judgement++) {
            var holder = store.holderOf(checkIn.dispatcherId());
            if (holder.isPresent() && isTaken(holder.get(), checkIn)) {
                LOG.warn(
                        "dispatcher id '{}' is wanted by {} and held by {}, which is alive",
                        checkIn.dispatcherId(),
                        checkIn.url(),
                        holder.get().url());
                throw taken(checkIn, "is held by a live process at " + holder.get().url());
            }
            var instance = holder.map(DispatcherStore.Holder::instance).orElse(null);
            if (store.takeIfHeldBy(instance, checkIn, properties.lease())) {
                LOG.info(
                        "dispatcher '{}' checked in from {}",
                        checkIn.dispatcherId(),
                        checkIn.url());
                events.publishEvent(new DispatcherCheckedIn(checkIn.dispatcherId()));
                return new CheckedIn(
                        properties.heartbeatEvery(),
                        properties.lease(),
                        ownedBy(checkIn.dispatcherId()).stream()
                                .map(DispatcherStore.Owned::ref)
                                .toList(),
                        store.isCordoned(checkIn.dispatcherId()));
            }
        }
        throw taken(checkIn, "is being taken by other processes at the same time");
    }

    private boolean isTaken(DispatcherStore.Holder holder, CheckIn checkIn) {
        // why not asked when it has left: it still answers while it stops, and acts no more.
        if (holder.instance().equals(checkIn.instance()) || holder.left()) {
            return false;
        }
        // why at once for the displaced one: otherwise two processes that both look dead to the
        // probe would take the id from each other for ever.
        if (holder.live() && checkIn.instance().equals(holder.displacedInstance())) {
            return true;
        }
        // why even when its lease has expired: while no Controller answers, every lease expires.
        return probe.isAlive(holder, checkIn.url());
    }

    private static ProblemException taken(CheckIn checkIn, String why) {
        return Problem.of(
                        Problems.DISPATCHER_ID_TAKEN,
                        HttpStatus.CONFLICT,
                        "Dispatcher id taken",
                        "Dispatcher id '"
                                + checkIn.dispatcherId()
                                + "' "
                                + why
                                + ": give each dispatcher a DISPATCHER_ID of its own.")
                .exception();
    }

    /** A process stops: what it owns may be handed to others, or waits for its next one. */
    void leave(String id, String instance) {
        if (!store.leaveIfHolder(id, instance)) {
            throw unknown(id, instance);
        }
        LOG.info("dispatcher '{}' has left", id);
        events.publishEvent(new HandOverWanted(id));
    }

    /** What came of an image that was to be pulled ahead. */
    void prefetched(String id, PrefetchOutcome outcome) {
        if (store.find(id, outcome.instance()).isEmpty()) {
            throw unknown(id, outcome.instance());
        }
        prefetches.ended(id, outcome);
    }

    HeartbeatAnswer heartbeat(String id, Heartbeat heartbeat) {
        if (!store.renewIfHolder(id, heartbeat, properties.lease())) {
            throw unknown(id, heartbeat.instance());
        }
        var owned = ownedBy(id);
        var mine =
                owned.stream()
                        .filter(each -> heartbeat.instance().equals(each.instance()))
                        .collect(Collectors.toMap(DispatcherStore.Owned::ref, each -> each));
        var named = new HashSet<>(heartbeat.running());
        var namedIds = named.stream().map(AttemptRef::id).collect(Collectors.toSet());
        return new HeartbeatAnswer(
                named.stream()
                        .filter(ref ->
                                mine.containsKey(ref)
                                        && mine.get(ref).state() == TaskState.CANCELLING)
                        .toList(),
                named.stream().filter(ref -> !mine.containsKey(ref)).toList(),
                owned.stream()
                        .filter(each -> isToResume(each, heartbeat, namedIds.contains(idOf(each))))
                        .map(DispatcherStore.Owned::ref)
                        .toList(),
                store.isCordoned(id),
                prefetches.openAt(id));
    }

    /**
     * Whether a dispatcher does not know of what it owns: another process claimed it, or the
     * claim's reply was lost.
     */
    private static boolean isToResume(
            DispatcherStore.Owned owned, Heartbeat heartbeat, boolean named) {
        // why settled: a heartbeat that crosses a claim cannot name the attempt yet.
        return heartbeat.instance().equals(owned.instance()) ? !named && owned.settled() : true;
    }

    private static AttemptId idOf(DispatcherStore.Owned owned) {
        return owned.ref().id();
    }

    private List<DispatcherStore.Owned> ownedBy(String id) {
        return store.ownedBy(id, properties.heartbeatEvery());
    }
}
