package dev.kohakku.controller.dispatch;

import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.controller.fleet.LiveDispatcher;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The queues of a fleet at one moment, and how much each still takes. Each admission uses up room.
 * Not thread-safe.
 */
final class Openings {

    private final List<LiveDispatcher> live;
    private final Map<String, Room> rooms = new HashMap<>();

    /** How much a queue still takes, and how many slots are free behind it. */
    private static final class Room {
        private final Destinations.Door door;
        private int left;
        private int free;

        Room(Destinations.Door door) {
            this.door = door;
            this.left = door.left();
            // why less those: they are to have the free slots first.
            this.free = -door.waiting();
        }

        boolean isOpen() {
            return left > 0;
        }

        Destination destination() {
            return door.destination();
        }
    }

    Openings(List<LiveDispatcher> live, Destinations destinations) {
        this.live = live;
        for (var dispatcher : live) {
            if (!dispatcher.cordoned()) {
                rooms.computeIfAbsent(
                                        dispatcher.queue(),
                                        _ -> new Room(destinations.of(dispatcher)))
                                .free +=
                        dispatcher.room().free();
            }
        }
    }

    /** Every dispatcher whose queue takes more. */
    List<LiveDispatcher> open() {
        return live.stream()
                .filter(dispatcher -> !dispatcher.cordoned() && roomOf(dispatcher).isOpen())
                .toList();
    }

    /** Whether nothing can be admitted at all. */
    boolean areNone() {
        return open().stream().noneMatch(LiveDispatcher::isTaking);
    }

    /** How many tasks may be admitted in all. */
    int room() {
        return areNone() ? 0 : rooms.values().stream().mapToInt(room -> room.left).sum();
    }

    /**
     * Where a task with this target goes: of the queues of dispatchers for it, to the one with most
     * slots free behind it. Empty when none takes more.
     */
    Optional<Destination> admit(RuntimeTarget target) {
        var best =
                serving(target).stream()
                        .map(this::roomOf)
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
    Optional<String> reason(RuntimeTarget target, int most) {
        var serving = serving(target);
        if (serving.isEmpty()) {
            return Optional.of(Unserved.reason(target, live));
        }
        var all = serving.stream().map(this::roomOf).distinct().toList();
        return all.stream().anyMatch(Room::isOpen)
                ? Optional.empty()
                : Optional.of(faultOf(all, most));
    }

    private static String faultOf(Collection<Room> rooms, int most) {
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
                                                + Math.min(most, room.door.waiting())
                                                + " attempts that wait for a dispatcher")
                                .orElse(""));
    }

    private List<LiveDispatcher> serving(RuntimeTarget target) {
        return live.stream()
                .filter(dispatcher -> !dispatcher.cordoned() && dispatcher.serves(target))
                .toList();
    }

    private Room roomOf(LiveDispatcher dispatcher) {
        return Objects.requireNonNull(rooms.get(dispatcher.queue()));
    }
}
