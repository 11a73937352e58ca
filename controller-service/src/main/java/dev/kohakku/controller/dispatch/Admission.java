package dev.kohakku.controller.dispatch;

import dev.kohakku.common.queue.QueueUnavailableException;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.controller.fleet.Dispatchers;
import dev.kohakku.controller.fleet.LiveDispatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Decides which tasks may go on which queue now: those for whose runtime type a live dispatcher
 * that is not cordoned has a healthy backend, as long as the queue it consumes is short.
 */
@Component
class Admission {

    private final Dispatchers dispatchers;
    private final Queues queues;
    private final DispatchProperties properties;

    Admission(Dispatchers dispatchers, Queues queues, DispatchProperties properties) {
        this.dispatchers = dispatchers;
        this.queues = queues;
        this.properties = properties;
    }

    /** Looks at the fleet and its queues. Asks Postgres and Redis; Redis may be away. */
    Openings look() {
        var live = dispatchers.live();
        var taking = live.stream().filter(dispatcher -> !dispatcher.cordoned()).toList();
        var rooms = new HashMap<String, Room>();
        for (var dispatcher : taking) {
            rooms.computeIfAbsent(dispatcher.queue(), this::roomOf).free += dispatcher.freeSlots();
        }
        var byType = new EnumMap<RuntimeType, List<Room>>(RuntimeType.class);
        var reasons = new EnumMap<RuntimeType, String>(RuntimeType.class);
        for (var type : RuntimeType.values()) {
            var serving = taking.stream().filter(dispatcher -> dispatcher.serves(type)).toList();
            var open =
                    serving.stream()
                            .map(dispatcher ->
                                    Objects.requireNonNull(rooms.get(dispatcher.queue())))
                            .distinct()
                            .filter(Room::isOpen)
                            .toList();
            if (open.isEmpty()) {
                reasons.put(type, reason(type, live, serving, rooms));
            } else {
                byType.put(type, open);
            }
        }
        return new Openings(byType, reasons);
    }

    private Room roomOf(String queue) {
        try {
            var depth = queues.named(queue).depth();
            return new Room(queue, (int) Math.max(0, properties.streamDepth() - depth), null);
        } catch (QueueUnavailableException away) {
            return new Room(queue, 0, "queue '" + queue + "' cannot be reached");
        }
    }

    private String reason(
            RuntimeType type,
            List<LiveDispatcher> live,
            List<LiveDispatcher> serving,
            Map<String, Room> rooms) {
        if (!serving.isEmpty()) {
            var room = Objects.requireNonNull(rooms.get(serving.getFirst().queue()));
            return room.fault != null
                    ? room.fault
                    : "queue '"
                            + room.queue
                            + "' already holds "
                            + properties.streamDepth()
                            + " attempts that wait for a dispatcher";
        }
        var cordoned = cordoned(type, live);
        return cordoned.isEmpty() ? unserved(type, live) : cordoned;
    }

    /** Who would serve the type but for a cordon; empty when nobody would. */
    private static String cordoned(RuntimeType type, List<LiveDispatcher> live) {
        var names =
                live.stream()
                        .filter(dispatcher -> dispatcher.cordoned() && dispatcher.serves(type))
                        .map(dispatcher -> "'" + dispatcher.id() + "'")
                        .collect(Collectors.joining(", "));
        return names.isEmpty()
                ? ""
                : "every live dispatcher that serves runtime target '"
                        + nameOf(type)
                        + "' is cordoned: "
                        + names;
    }

    private static String unserved(RuntimeType type, List<LiveDispatcher> live) {
        var name = nameOf(type);
        var unhealthy =
                live.stream()
                        .flatMap(dispatcher ->
                                dispatcher.backends().stream()
                                        .filter(backend -> backend.type() == type)
                                        .map(backend ->
                                                "backend '"
                                                        + name
                                                        + "' of dispatcher '"
                                                        + dispatcher.id()
                                                        + "' is not healthy: "
                                                        + Objects.requireNonNullElse(
                                                                backend.reason(),
                                                                "no reason given")))
                        .findFirst();
        return unhealthy.orElseGet(() ->
                "no live dispatcher serves runtime target '"
                        + name
                        + "'"
                        + (live.isEmpty() ? ": none is live at all" : ""));
    }

    private static String nameOf(RuntimeType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    /** How much a queue still takes. Not thread-safe. */
    private static final class Room {
        private final String queue;
        private final @Nullable String fault;
        private int left;
        private int free;

        Room(String queue, int left, @Nullable String fault) {
            this.queue = queue;
            this.left = left;
            this.fault = fault;
        }

        boolean isOpen() {
            return left > 0;
        }
    }

    /** What may be admitted in one round. Each admission uses up room. Not thread-safe. */
    static final class Openings {

        private final Map<RuntimeType, List<Room>> rooms;
        private final Map<RuntimeType, String> reasons;

        private Openings(Map<RuntimeType, List<Room>> rooms, Map<RuntimeType, String> reasons) {
            this.rooms = rooms;
            this.reasons = reasons;
        }

        /** The runtime types of which at least one task may be admitted. */
        Set<RuntimeType> types() {
            return rooms.keySet();
        }

        /** Why tasks for the other types wait. */
        Map<RuntimeType, String> reasons() {
            return reasons;
        }

        /** How many tasks may be admitted in all. */
        int room() {
            return rooms.values().stream()
                    .flatMap(List::stream)
                    .distinct()
                    .mapToInt(room -> room.left)
                    .sum();
        }

        /** The queue a task goes on: the one with most slots free; empty when all are full. */
        Optional<String> admit(RuntimeType type) {
            var best =
                    new ArrayList<>(rooms.getOrDefault(type, List.of()))
                            .stream()
                                    .filter(Room::isOpen)
                                    .max(
                                            Comparator.<Room>comparingInt(room -> room.free)
                                                    .thenComparing(room -> room.queue));
            best.ifPresent(room -> {
                room.left--;
                room.free--;
            });
            return best.map(room -> room.queue);
        }
    }
}
