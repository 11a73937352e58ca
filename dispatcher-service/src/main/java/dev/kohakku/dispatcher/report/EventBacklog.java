package dev.kohakku.dispatcher.report;

import dev.kohakku.common.wire.AttemptEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Events of one attempt not sent yet, in order. Bounded: past {@value #ROOMY} of them a new
 * progress replaces the last one, so that only the few events of the container's life can add to
 * it. Not thread-safe.
 */
final class EventBacklog {

    private static final int ROOMY = 200;
    private static final int MOST = 1_000;

    /** The most events of one report. */
    static final int BATCH = 100;

    private final Deque<AttemptEvent> events = new ArrayDeque<>();

    /** Whether there was room for it. */
    boolean add(AttemptEvent event) {
        if (event instanceof AttemptEvent.Progress
                && events.size() >= ROOMY
                && events.peekLast() instanceof AttemptEvent.Progress) {
            events.removeLast();
        }
        return events.size() < MOST && events.add(event);
    }

    boolean contains(AttemptEvent event) {
        return events.contains(event);
    }

    boolean isEmpty() {
        return events.isEmpty();
    }

    List<AttemptEvent> takeBatch() {
        var batch = new ArrayList<AttemptEvent>();
        while (batch.size() < BATCH && !events.isEmpty()) {
            batch.add(events.removeFirst());
        }
        return batch;
    }
}
