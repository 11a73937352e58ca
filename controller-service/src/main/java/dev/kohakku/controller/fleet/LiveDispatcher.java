package dev.kohakku.controller.fleet;

import dev.kohakku.common.queue.PoolStreams;
import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.common.wire.DispatchMode;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A dispatcher whose lease has not expired.
 *
 * @param id its id
 * @param intake how attempts come to it
 * @param pool whose tasks it takes
 * @param labels by which tasks choose it
 * @param room how much it works on
 * @param cordoned whether it is to take no new attempt
 * @param backends as of its last heartbeat
 */
public record LiveDispatcher(
        String id,
        Intake intake,
        String pool,
        Map<String, String> labels,
        Room room,
        boolean cordoned,
        List<BackendStatus> backends) {

    /**
     * How attempts come to a dispatcher.
     *
     * @param mode by a stream, or sent
     * @param queue the stream or list they are found on
     * @param url where it is reached
     * @param instance the process
     */
    public record Intake(DispatchMode mode, String queue, String url, String instance) {}

    /**
     * How much a dispatcher works on.
     *
     * @param capacity the most
     * @param owned how many attempts it owns, as Postgres has it
     * @param freeSlots how many more it would take, as of its last heartbeat
     */
    public record Room(int capacity, int owned, int freeSlots) {

        /** How many more it could own, as Postgres has it. */
        public int unowned() {
            return Math.max(0, capacity - owned);
        }

        /** How many more it takes, by whichever of both knows of less. */
        public int free() {
            return Math.max(0, Math.min(freeSlots, capacity - owned));
        }
    }

    /** The stream or list it checked in with; the attempts for it need not be found there. */
    public String queue() {
        return intake.queue();
    }

    /** The stream or list where its attempts of this type are found. */
    public String queueFor(RuntimeType type) {
        return PoolStreams.ofType(intake.queue(), type);
    }

    /**
     * Every queue it takes from while it is open: for each healthy backend, and what earlier
     * Controllers use instead.
     */
    public Set<String> queues() {
        var queues = new HashSet<String>();
        queues.add(intake.queue());
        if (PoolStreams.isByType(intake.queue())) {
            queues.add(PoolStreams.legacyOf(intake.queue()));
        }
        backends.stream()
                .filter(BackendStatus::healthy)
                .forEach(backend -> queues.add(queueFor(backend.type())));
        return queues;
    }

    /** Whether it has a backend of this type, healthy or not. */
    public boolean has(RuntimeType type) {
        return backends.stream().anyMatch(backend -> backend.type() == type);
    }

    /** Whether it has a backend of this type that accepts starts. */
    public boolean serves(RuntimeType type) {
        return backends.stream().anyMatch(backend -> backend.type() == type && backend.healthy());
    }

    /** Whether it takes from its queue: it is open, and a backend of it accepts starts. */
    public boolean isTaking() {
        return !cordoned && backends.stream().anyMatch(BackendStatus::healthy);
    }

    /** Whether tasks with this target are for its pool and choose it, whatever its backends. */
    public boolean isChosenBy(RuntimeTarget target) {
        return pool.equals(target.pool())
                && labels.entrySet().containsAll(target.labels().entrySet());
    }

    /** Whether it is one for this target, with a healthy backend or not. */
    public boolean has(RuntimeTarget target) {
        return isChosenBy(target) && has(target.type());
    }

    /** Whether it is one for this target, with a backend that accepts starts. */
    public boolean serves(RuntimeTarget target) {
        return isChosenBy(target) && serves(target.type());
    }

    /**
     * Where the containers are that it runs on its backend of this type, of its healthy one where
     * it has several; empty while no backend says.
     */
    public Optional<String> scopeOf(RuntimeType type) {
        return backends.stream()
                .filter(backend -> backend.type() == type && backend.knowsScope())
                .max(Comparator.comparing(BackendStatus::healthy))
                .map(BackendStatus::scope);
    }
}
