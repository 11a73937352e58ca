package dev.kohakku.controller.dispatch;

import dev.kohakku.controller.fleet.LiveDispatcher;
import java.util.List;

/**
 * How many attempts may wait on a queue. A stream is first in, first out, and what is on it cannot
 * be overtaken by anything more urgent: so it holds what its readers can begin at once, and one
 * round more for the moment they end something.
 */
public final class QueueRoom {

    private QueueRoom() {}

    /**
     * The most that may wait on a queue.
     *
     * @param live the fleet
     * @param limit the most on any queue, whatever its readers could take
     */
    public static int most(String queue, List<LiveDispatcher> live, int limit) {
        var most =
                readersOf(queue, live).stream()
                        .mapToLong(reader ->
                                switch (reader.intake().mode()) {
                                    case BUS ->
                                            (long) reader.room().unowned()
                                                    + reader.room().capacity();
                                    // why no more: nobody else can take them from there.
                                    case HTTP -> reader.room().capacity();
                                })
                        .sum();
        return (int) Math.min(limit, most);
    }

    /** Slots free behind a queue, as its readers and Postgres say. */
    static int free(String queue, List<LiveDispatcher> live) {
        return readersOf(queue, live).stream().mapToInt(reader -> reader.room().free()).sum();
    }

    private static List<LiveDispatcher> readersOf(String queue, List<LiveDispatcher> live) {
        return live.stream()
                .filter(reader -> reader.isTaking() && reader.queues().contains(queue))
                .toList();
    }
}
