package dev.kohakku.common.queue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A queue in memory. Consumers of one queue are made by {@link #consumer()}; they share its
 * entries. Thread-safe.
 */
public final class InMemoryTaskQueue implements TaskQueue {

    private static final int MOST_DELIVERIES = 5;

    private final Entries entries;
    private final String consumer;

    public InMemoryTaskQueue(Clock clock) {
        this(new Entries(clock), "consumer-1");
    }

    private InMemoryTaskQueue(Entries entries, String consumer) {
        this.entries = entries;
        this.consumer = consumer;
    }

    /** Another consumer of the same entries. */
    public InMemoryTaskQueue consumer() {
        return new InMemoryTaskQueue(entries, entries.newConsumer());
    }

    /** From now on every call fails, or works again. */
    public void setAway(boolean away) {
        entries.setAway(away);
    }

    /** Deliveries not acknowledged yet, of all consumers. */
    public List<Delivery> pending() {
        return entries.pendingDeliveries();
    }

    @Override
    public void enqueue(List<QueuedAttempt> attempts) {
        entries.add(attempts);
    }

    @Override
    public List<Delivery> take(int most, Duration wait) throws InterruptedException {
        return entries.take(consumer, atLeastOne(most), wait);
    }

    @Override
    public List<Delivery> takeOver(int most, Duration idle, Set<String> inHands) {
        return entries.takeOver(consumer, atLeastOne(most), idle, inHands);
    }

    @Override
    public void acknowledge(Delivery delivery) {
        entries.remove(delivery);
    }

    @Override
    public void bury(Delivery delivery, String reason) {
        entries.bury(delivery, reason);
    }

    @Override
    public List<DeadLetter> deadLetters(int most) {
        return entries.dead(atLeastOne(most));
    }

    @Override
    public void forget(DeadLetter letter) {
        entries.forget(letter);
    }

    @Override
    public long depth() {
        return entries.depth();
    }

    private static int atLeastOne(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("at least one entry is taken, not " + most);
        }
        return most;
    }

    private record Pending(Delivery delivery, String consumer, Instant since) {}

    private static final class Entries {

        private final Clock clock;
        private final Map<String, QueuedAttempt> waiting = new LinkedHashMap<>();
        private final Map<String, Pending> pending = new LinkedHashMap<>();
        private final List<DeadLetter> dead = new ArrayList<>();
        private boolean away;
        private long lastId;
        private int consumers = 1;

        Entries(Clock clock) {
            this.clock = clock;
        }

        synchronized String newConsumer() {
            return "consumer-" + ++consumers;
        }

        synchronized void setAway(boolean away) {
            this.away = away;
            notifyAll();
        }

        synchronized List<DeadLetter> dead(int most) {
            reach();
            return dead.stream().limit(most).toList();
        }

        synchronized void forget(DeadLetter letter) {
            reach();
            dead.removeIf(each -> each.id().equals(letter.id()));
        }

        synchronized List<Delivery> pendingDeliveries() {
            return pending.values().stream().map(Pending::delivery).toList();
        }

        synchronized void add(List<QueuedAttempt> attempts) {
            reach();
            attempts.forEach(queued -> waiting.put(Long.toString(++lastId), queued));
            notifyAll();
        }

        synchronized List<Delivery> take(String consumer, int most, Duration wait)
                throws InterruptedException {
            reach();
            var end = System.nanoTime() + wait.toNanos();
            while (waiting.isEmpty()) {
                var left = end - System.nanoTime();
                if (left <= 0) {
                    return List.of();
                }
                wait(Math.max(1, Duration.ofNanos(left).toMillis()));
                reach();
            }
            var taken = waiting.keySet().stream().limit(most).toList();
            return taken.stream()
                    .map(id -> hand(consumer, new Delivery(id, waiting.remove(id), 1)))
                    .toList();
        }

        synchronized List<Delivery> takeOver(
                String consumer, int most, Duration idle, Set<String> inHands) {
            reach();
            var before = clock.instant().minus(idle);
            var taken =
                    pending.values().stream()
                            .filter(held -> !held.since().isAfter(before))
                            .filter(held -> !inHands.contains(held.delivery().entryId()))
                            .limit(most)
                            .toList();
            var deliveries = new ArrayList<Delivery>();
            for (var held : taken) {
                var old = held.delivery();
                if (old.count() >= MOST_DELIVERIES) {
                    bury(old, "delivered " + old.count() + " times and never acknowledged");
                } else {
                    deliveries.add(
                            hand(
                                    consumer,
                                    new Delivery(old.entryId(), old.queued(), old.count() + 1)));
                }
            }
            return deliveries;
        }

        private Delivery hand(String consumer, Delivery delivery) {
            pending.put(delivery.entryId(), new Pending(delivery, consumer, clock.instant()));
            return delivery;
        }

        synchronized void remove(Delivery delivery) {
            reach();
            pending.remove(delivery.entryId());
        }

        synchronized void bury(Delivery delivery, String reason) {
            reach();
            if (pending.remove(delivery.entryId()) != null) {
                dead.add(letter(delivery, reason));
            }
        }

        private DeadLetter letter(Delivery delivery, String reason) {
            var attempt = delivery.queued().attempt();
            var fields =
                    Map.of(
                            "task_id",
                            attempt.task().toString(),
                            "attempt",
                            Integer.toString(attempt.number()));
            return new DeadLetter(
                    Long.toString(++lastId), delivery.entryId(), reason, fields, delivery.queued());
        }

        synchronized long depth() {
            reach();
            return (long) waiting.size() + pending.size();
        }

        private void reach() {
            if (away) {
                throw new QueueUnavailableException(
                        "told to be away", new IllegalStateException("away"));
            }
        }
    }
}
