package dev.kohakku.controller.dispatch;

import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.controller.fleet.LiveDispatcher;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The queues of a fleet at one moment, and how much each still takes. A queue is asked when it is
 * first needed; each admission uses up room. Not thread-safe.
 */
final class Openings {

    private final List<LiveDispatcher> live;
    private final Destinations destinations;
    private final Map<String, Room> rooms = new HashMap<>();

    /** How much a queue still takes, and how many slots are free behind it. */
    private static final class Room {
        private final Destinations.Door door;
        private int left;
        private int free;

        Room(Destinations.Door door, int free) {
            this.door = door;
            this.left = door.left();
            // why less those: they are to have the free slots first.
            this.free = free - door.waiting();
        }

        boolean isOpen() {
            return left > 0;
        }

        /** What waits there, with what was admitted since. */
        int waiting() {
            return door.waiting() + door.left() - left;
        }

        Destination destination() {
            return door.destination();
        }
    }

    Openings(List<LiveDispatcher> live, Destinations destinations) {
        this.live = live;
        this.destinations = destinations;
    }

    /** How many tasks with this target may be admitted. Asks each queue for it once. */
    int roomFor(RuntimeTarget target) {
        return serving(target).stream()
                .map(dispatcher -> roomOf(dispatcher, target))
                .distinct()
                .mapToInt(room -> room.left)
                .sum();
    }

    /** Whether tasks with this target would be admitted if a queue for them were shorter. */
    boolean isFull(RuntimeTarget target) {
        return !serving(target).isEmpty() && roomFor(target) == 0;
    }

    /** How many tasks may be admitted on all queues that were asked so far. */
    int room() {
        return rooms.values().stream().mapToInt(room -> room.left).sum();
    }

    /**
     * Where a task with this target goes: of the queues of dispatchers for it, to the one with most
     * slots free behind it. Empty when none takes more.
     */
    Optional<Destination> admit(RuntimeTarget target) {
        var best =
                serving(target).stream()
                        .map(dispatcher -> roomOf(dispatcher, target))
                        .filter(Room::isOpen)
                        .max(
                                Comparator.<Room>comparingInt(room -> room.free)
                                        .thenComparing(room -> room.destination().queue()));
        best.ifPresent(room -> {
            room.left--;
            room.free--;
        });
        return best.map(Room::destination);
    }

    /** Why tasks with this target wait; empty while one could be admitted. */
    Optional<String> reason(RuntimeTarget target) {
        var serving = serving(target);
        if (serving.isEmpty()) {
            return Optional.of(Unserved.reason(target, live));
        }
        var all =
                serving.stream().map(dispatcher -> roomOf(dispatcher, target)).distinct().toList();
        return all.stream().anyMatch(Room::isOpen) ? Optional.empty() : Optional.of(faultOf(all));
    }

    private static String faultOf(Collection<Room> rooms) {
        return rooms.stream()
                .flatMap(room -> room.door.fault().stream())
                .findFirst()
                .orElseGet(() ->
                        rooms.stream()
                                .findFirst()
                                .map(room ->
                                        "queue '"
                                                + room.destination().queue()
                                                + "' already holds "
                                                + room.waiting()
                                                + " attempts that wait for a dispatcher")
                                .orElse(""));
    }

    private List<LiveDispatcher> serving(RuntimeTarget target) {
        return live.stream()
                .filter(dispatcher -> !dispatcher.cordoned() && dispatcher.serves(target))
                .toList();
    }

    private Room roomOf(LiveDispatcher dispatcher, RuntimeTarget target) {
        return rooms.computeIfAbsent(
                dispatcher.queueFor(target.type()),
                queue ->
                        new Room(
                                destinations.of(dispatcher, queue, live),
                                QueueRoom.free(queue, live)));
    }
}
