package dev.kohakku.common.queue.redis;

import dev.kohakku.common.queue.DeadLetter;
import dev.kohakku.common.queue.Delivery;
import dev.kohakku.common.queue.QueueUnavailableException;
import dev.kohakku.common.queue.QueuedAttempt;
import dev.kohakku.common.queue.TaskQueue;
import dev.kohakku.common.task.AttemptId;
import io.lettuce.core.LMoveArgs;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue as a Redis list of one dispatcher. What is taken stands in a second list until it is
 * acknowledged, so that it is not lost with who took it. Takes are for the holder of a lease only:
 * {@link #take} and {@link #takeOver} take it where it is free and renew it where it is ours, and
 * give nothing while it is another's. Adding, counting and reading dead letters is for everybody.
 *
 * <p>An attempt that is in the list or in somebody's hands is not added again. What cannot be read,
 * or is delivered more than {@value #MOST_DELIVERIES} times, goes to {@code <list>:dead}, in the
 * form of {@link RedisStreamQueue}.
 *
 * <p>Thread-safe; callers of {@link #take} wait for each other.
 */
public final class RedisListQueue implements TaskQueue, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RedisListQueue.class);
    private static final int MOST_DELIVERIES = 5;
    private static final String LIST = ":list:";
    private static final int MOST_DEAD_LETTERS = 10_000;

    private final String list;
    private final String processing;
    private final String held;
    private final String attempts;
    private final String lease;
    private final String owner;
    private final Duration leaseFor;
    private final DeadLetters dead;
    private final QueueConnection connection;
    private final QueueConnection blocking;
    private final ReentrantLock taking = new ReentrantLock();
    private volatile boolean holding;

    /**
     * @param list the key, see {@link #nameOf}
     * @param owner who takes: of this process only. A producer gives any
     * @param leaseFor how long the lease lasts that nobody renews
     */
    public RedisListQueue(
            RedisConnections connections, String list, String owner, Duration leaseFor) {
        this.list = list;
        this.connection = connections.queue();
        var server = connection.connector();
        this.processing = server.beside(list, ":processing");
        this.held = server.beside(list, ":held");
        this.attempts = server.beside(list, ":attempts");
        this.lease = server.beside(list, ":lease");
        this.owner = owner;
        this.leaseFor = leaseFor;
        this.blocking = connections.newQueueConnection();
        this.dead = new DeadLetters(connection, server.beside(list, ":dead"));
    }

    /**
     * The list of a dispatcher.
     *
     * @param stream {@code QUEUE_STREAM_NAME}: what the installation's queues begin with
     */
    public static String nameOf(String stream, String dispatcher) {
        return stream + LIST + dispatcher;
    }

    /** Whether a queue of this name is a list, whosever it is. */
    public static boolean isName(String queue) {
        return queue.contains(LIST);
    }

    /** Whether a queue of this name is the list of this dispatcher. */
    public static boolean isNameOf(String queue, String dispatcher) {
        return queue.endsWith(LIST + dispatcher);
    }

    /** In one step: all of them or none. */
    @Override
    public void enqueue(List<QueuedAttempt> added) {
        if (added.isEmpty()) {
            return;
        }
        var arguments = new ArrayList<String>();
        for (var queued : added) {
            arguments.add(keyOf(queued.attempt()));
            arguments.add(ListEntry.of(queued).element());
        }
        run("RPUSH", ListScripts.ENQUEUE, List.of(list, processing, attempts), arguments);
    }

    /**
     * Takes the lease if it is free, or renews it if it is ours. To be called several times in its
     * length, also while nothing is taken. Idempotent.
     *
     * @return whether it is ours now
     */
    public boolean hold() {
        var ours =
                run(
                                "lease of",
                                ListScripts.HOLD,
                                List.of(processing, held, lease),
                                List.of(owner, Long.toString(leaseFor.toMillis())))
                        == 1;
        if (ours != holding) {
            LOG.info("the lease of {} is {}", list, ours ? "ours" : "another's");
            holding = ours;
        }
        return ours;
    }

    /** Gives the lease back, if it is ours; what is in hands may be taken over at once. */
    public void release() {
        holding = false;
        run("lease of", ListScripts.RELEASE, List.of(lease), List.of(owner));
    }

    @Override
    public List<Delivery> take(int most, Duration wait) throws InterruptedException {
        atLeastOne(most);
        taking.lockInterruptibly();
        try {
            if (!hold()) {
                // why slept: a second instance stands by, and asks again when this one comes back.
                TimeUnit.NANOSECONDS.sleep(wait.toNanos());
                return List.of();
            }
            var taken = takeWaiting(most, null);
            if (!taken.isEmpty() || !wait.isPositive()) {
                return taken;
            }
            var moved = awaitOne(wait);
            return moved == null ? List.of() : takeWaiting(most, moved);
        } finally {
            taking.unlock();
        }
    }

    private @Nullable String awaitOne(Duration wait) throws InterruptedException {
        // why bounded: a read that outlives the lease would move what is the next holder's.
        var bounded = wait.compareTo(leaseFor.dividedBy(3)) < 0 ? wait : leaseFor.dividedBy(3);
        try {
            return blocking.<@Nullable String>callBlocking(
                    "BLMOVE " + list,
                    bounded,
                    commands ->
                            commands.blmove(
                                    list,
                                    processing,
                                    LMoveArgs.Builder.leftRight(),
                                    Math.max(1, bounded.toMillis()) / 1000.0));
        } catch (RedisCommandExecutionException refused) {
            throw refused(refused);
        }
    }

    private List<Delivery> takeWaiting(int most, @Nullable String moved) {
        var arguments = new ArrayList<>(List.of(owner, Integer.toString(most)));
        if (moved != null) {
            arguments.add(moved);
        }
        return deliveries(
                runForMany(
                        "LMOVE",
                        ListScripts.TAKE,
                        List.of(processing, held, lease, list),
                        arguments));
    }

    @Override
    public List<Delivery> takeOver(int most, Duration idle, Set<String> inHands) {
        atLeastOne(most);
        if (!hold()) {
            return List.of();
        }
        var arguments =
                new ArrayList<>(
                        List.of(owner, Long.toString(idle.toMillis()), Integer.toString(most)));
        arguments.addAll(inHands);
        return deliveries(
                runForMany(
                        "take-over from",
                        ListScripts.TAKE_OVER,
                        List.of(processing, held, lease),
                        arguments));
    }

    private List<Delivery> deliveries(List<Object> taken) {
        var deliveries = new ArrayList<Delivery>();
        for (var each : taken) {
            var parts = (List<?>) each;
            var entry = ListEntry.read((String) parts.get(0));
            var count = Long.parseLong((String) parts.get(1));
            try {
                var queued = QueueEntry.read(entry.fields());
                if (count > MOST_DELIVERIES) {
                    var reason = "delivered " + (count - 1) + " times and never acknowledged";
                    bury(entry, keyOf(queued.attempt()), reason);
                } else {
                    deliveries.add(new Delivery(entry.id(), queued, count));
                }
            } catch (IllegalArgumentException malformed) {
                bury(entry, "", String.valueOf(malformed.getMessage()));
            }
        }
        return deliveries;
    }

    @Override
    public void acknowledge(Delivery delivery) {
        end(delivery.entryId(), keyOf(delivery.queued().attempt()), List.of());
    }

    @Override
    public void bury(Delivery delivery, String reason) {
        var queued = delivery.queued();
        bury(
                new ListEntry(delivery.entryId(), QueueEntry.write(queued)),
                keyOf(queued.attempt()),
                reason);
    }

    private void bury(ListEntry entry, String attempt, String reason) {
        LOG.warn("entry {} of {} goes to the dead letters: {}", entry.id(), list, reason);
        var words = new ArrayList<>(List.of("reason", reason, "entry_id", entry.id()));
        entry.fields().forEach((name, value) -> words.addAll(List.of(name, value)));
        end(entry.id(), attempt, words);
    }

    private void end(String entry, String attempt, List<String> letter) {
        var arguments =
                new ArrayList<>(List.of(entry, attempt, Integer.toString(MOST_DEAD_LETTERS)));
        arguments.addAll(letter);
        run("LREM", ListScripts.END, List.of(processing, held, attempts, dead.key()), arguments);
    }

    @Override
    public List<DeadLetter> deadLetters(int most) {
        atLeastOne(most);
        return dead.read(most);
    }

    @Override
    public void forget(DeadLetter letter) {
        dead.forget(letter);
    }

    @Override
    public long depth() {
        return run("LLEN", ListScripts.DEPTH, List.of(list, processing), List.of());
    }

    /**
     * What waits in the list and what is taken and not acknowledged, the next first; entries that
     * cannot be read are left out.
     */
    public List<QueuedAttempt> waiting() {
        var found = new LinkedHashMap<AttemptId, QueuedAttempt>();
        for (var key : List.of(processing, list)) {
            List<String> elements = call("LRANGE", commands -> commands.lrange(key, 0, -1));
            for (var element : elements) {
                try {
                    var queued = QueueEntry.read(ListEntry.read(element).fields());
                    found.put(queued.attempt(), queued);
                } catch (IllegalArgumentException malformed) {
                    LOG.debug("an entry of {} cannot be read: {}", key, malformed.getMessage());
                }
            }
        }
        return List.copyOf(found.values());
    }

    /**
     * Gives up the lease, if that is possible now, and the connection of the blocking reads.
     * Idempotent; unacknowledged entries stay.
     */
    @Override
    public void close() {
        try {
            if (holding) {
                release();
            }
        } catch (QueueUnavailableException away) {
            LOG.info("the lease of {} runs out by itself: {}", list, away.getMessage());
        }
        blocking.close();
    }

    private static String keyOf(AttemptId attempt) {
        return attempt.task() + "/" + attempt.number();
    }

    private long run(String what, String script, List<String> keys, List<String> arguments) {
        return this.<Long>call(
                what,
                commands ->
                        commands.eval(
                                script,
                                ScriptOutputType.INTEGER,
                                keys.toArray(String[]::new),
                                arguments.toArray(String[]::new)));
    }

    private List<Object> runForMany(
            String what, String script, List<String> keys, List<String> arguments) {
        return call(
                what,
                commands ->
                        commands.eval(
                                script,
                                ScriptOutputType.MULTI,
                                keys.toArray(String[]::new),
                                arguments.toArray(String[]::new)));
    }

    private <T extends @Nullable Object> T call(
            String what,
            Function<RedisClusterAsyncCommands<String, String>, RedisFuture<T>> command) {
        try {
            return connection.call(what + " " + list, command);
        } catch (RedisCommandExecutionException refused) {
            throw refused(refused);
        }
    }

    private static void atLeastOne(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("at least one entry is taken, not " + most);
        }
    }

    private QueueUnavailableException refused(RedisCommandExecutionException refused) {
        return new QueueUnavailableException(
                "Redis refused a command on " + list + ": " + refused.getMessage(), refused);
    }
}
