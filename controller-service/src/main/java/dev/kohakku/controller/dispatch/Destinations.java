package dev.kohakku.controller.dispatch;

import dev.kohakku.common.queue.QueueUnavailableException;
import dev.kohakku.common.wire.DispatcherCommands;
import dev.kohakku.controller.fleet.LiveDispatcher;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The destinations of this process, made when first needed. Thread-safe. */
final class Destinations {

    private final ConcurrentHashMap<String, HttpDestination> sent = new ConcurrentHashMap<>();
    private final Queues queues;
    private final Function<String, DispatcherCommands> calls;
    private final DispatchProperties properties;
    private final Clock clock;

    Destinations(
            Queues queues,
            Function<String, DispatcherCommands> calls,
            DispatchProperties properties,
            Clock clock) {
        this.queues = queues;
        this.calls = calls;
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * Where attempts go that this dispatcher is to have.
     *
     * @param left how many more it takes now
     * @param fault why it takes none, where the number does not say it
     */
    record Door(Destination destination, int left, int waiting, Optional<String> fault) {}

    /**
     * The door to a queue of a dispatcher as it is now. Asks Redis, which may be away; calls
     * nobody.
     *
     * @param live the fleet
     */
    Door of(LiveDispatcher dispatcher, String queue, List<LiveDispatcher> live) {
        return switch (dispatcher.intake().mode()) {
            case BUS -> door(new StreamDestination(queue, queues.named(queue)), live, 0);
            case HTTP -> ofList(dispatcher, live);
        };
    }

    private Door ofList(LiveDispatcher dispatcher, List<LiveDispatcher> live) {
        var destination = sent.computeIfAbsent(dispatcher.queue(), _ -> newDestination(dispatcher));
        destination.isAt(dispatcher.intake());
        var obstacle = destination.obstacle();
        if (obstacle.isPresent()) {
            return new Door(destination, 0, 0, obstacle);
        }
        return door(destination, live, destination.underWay());
    }

    // why half: a row whose attempt is still being sent must not go to somebody else.
    private HttpDestination newDestination(LiveDispatcher dispatcher) {
        return new HttpDestination(dispatcher, calls, properties.takenFor().dividedBy(2), clock);
    }

    private Door door(Destination destination, List<LiveDispatcher> live, int underWay) {
        var queue = destination.queue();
        var most = QueueRoom.most(queue, live, properties.streamDepth());
        try {
            var waiting = (int) Math.min(Integer.MAX_VALUE, queues.named(queue).depth()) + underWay;
            return new Door(destination, Math.max(0, most - waiting), waiting, Optional.empty());
        } catch (QueueUnavailableException away) {
            return new Door(
                    destination, 0, 0, Optional.of("queue '" + queue + "' cannot be reached"));
        }
    }
}
