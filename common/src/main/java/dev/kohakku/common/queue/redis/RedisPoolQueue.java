package dev.kohakku.common.queue.redis;

import dev.kohakku.common.queue.DeadLetter;
import dev.kohakku.common.queue.Delivery;
import dev.kohakku.common.queue.PoolStreams;
import dev.kohakku.common.queue.QueuedAttempt;
import dev.kohakku.common.queue.TaskQueue;
import dev.kohakku.common.task.RuntimeType;
import io.lettuce.core.Consumer;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The streams of a pool as one dispatcher reads them: one for each type it can run now, in turn, so
 * that none waits for the others. What Controllers of an earlier version put on one stream for all
 * types is read as well, looked for every second and whenever there is nothing else.
 *
 * <p>Ids of entries are {@code <stream>/<id>}. Thread-safe; callers of {@link #take} wait for each
 * other.
 */
public final class RedisPoolQueue implements TaskQueue, AutoCloseable {

    private static final long LOOK_FOR_OTHERS_EVERY = Duration.ofSeconds(1).toNanos();

    /** How long some of several streams are waited at while there is not a slot for each. */
    private static final Duration TURN = Duration.ofMillis(100);

    private final RedisConnections connections;
    private final String queue;
    private final Supplier<Set<RuntimeType>> types;
    private final String group;
    private final String consumer;
    private final QueueConnection blocking;
    private final ConcurrentHashMap<String, RedisStreamQueue> streams = new ConcurrentHashMap<>();

    /** Guards all below. */
    private final ReentrantLock taking = new ReentrantLock();

    private long othersAt = System.nanoTime();
    private int turn;

    /**
     * @param queue what the dispatcher checks in with, see {@link PoolStreams#anyOf}
     * @param types what it can run now
     * @param group the consumer group, {@code QUEUE_CONSUMER_GROUP}
     * @param consumer the name in the group: the dispatcher's id, the same after a restart
     */
    public RedisPoolQueue(
            RedisConnections connections,
            String queue,
            Supplier<Set<RuntimeType>> types,
            String group,
            String consumer) {
        this.connections = connections;
        this.queue = queue;
        this.types = types;
        this.group = group;
        this.consumer = consumer;
        this.blocking = connections.newQueueConnection();
    }

    /** On the stream for all types: who knows of types puts entries on theirs. */
    @Override
    public void enqueue(List<QueuedAttempt> attempts) {
        stream(queue).enqueue(attempts);
    }

    @Override
    public List<Delivery> take(int most, Duration wait) throws InterruptedException {
        RedisStreamQueue.atLeastOne(most);
        taking.lockInterruptibly();
        try {
            var others = System.nanoTime() - othersAt >= 0 ? others(most) : List.<Delivery>of();
            if (!others.isEmpty()) {
                return others;
            }
            var found = ofTypes(most, wait);
            return found.isEmpty() ? others(most) : found;
        } finally {
            taking.unlock();
        }
    }

    /** What earlier versions of the Controller have put there. */
    private List<Delivery> others(int most) throws InterruptedException {
        var found = new ArrayList<Delivery>();
        for (var name : List.of(queue, PoolStreams.legacyOf(queue))) {
            if (found.size() < most) {
                found.addAll(from(name, most - found.size(), Duration.ZERO));
            }
        }
        // why at once again: where there is one, there may be a backlog.
        othersAt = System.nanoTime() + (found.isEmpty() ? LOOK_FOR_OTHERS_EVERY : 0);
        return found;
    }

    private List<Delivery> ofTypes(int most, Duration wait) throws InterruptedException {
        var names = new ArrayList<>(namesOfTypes());
        if (names.isEmpty()) {
            return List.of();
        }
        if (names.size() == 1) {
            return from(names.getFirst(), most, wait);
        }
        Collections.rotate(names, -(turn++ % names.size()));
        if (most >= names.size()) {
            // why divided: the server gives as many of each stream, and there is a slot for each.
            return atOnce(names, most / names.size(), wait);
        }
        var found = new ArrayList<Delivery>();
        for (var name : names) {
            if (found.size() < most) {
                found.addAll(from(name, 1, Duration.ZERO));
            }
        }
        var shortWait = wait.compareTo(TURN) < 0 ? wait : TURN;
        return found.isEmpty() && wait.isPositive()
                ? atOnce(names.subList(0, most), 1, shortWait)
                : found;
    }

    private List<String> namesOfTypes() {
        return types.get().stream().sorted().map(type -> PoolStreams.ofType(queue, type)).toList();
    }

    private List<Delivery> from(String name, int most, Duration wait) throws InterruptedException {
        return named(name, stream(name).take(most, wait));
    }

    /** Up to so many of each, by one command. */
    private List<Delivery> atOnce(List<String> names, int ofEach, Duration wait)
            throws InterruptedException {
        var arguments = XReadArgs.Builder.count(ofEach);
        if (wait.isPositive()) {
            // why at least 1: BLOCK 0 means for ever.
            arguments.block(Math.max(1, wait.toMillis()));
        }
        List<StreamMessage<String, String>> messages;
        try {
            messages =
                    blocking.callBlocking(
                            "XREADGROUP " + names,
                            wait,
                            commands ->
                                    commands.xreadgroup(
                                            Consumer.from(group, consumer),
                                            arguments,
                                            offsets(names)));
        } catch (RedisCommandExecutionException refused) {
            if (!RedisStreamQueue.isGroupMissing(refused)) {
                throw stream(names.getFirst()).refused(refused);
            }
            names.forEach(name -> stream(name).createGroup());
            return List.of();
        }
        return messages.stream()
                .collect(Collectors.groupingBy(StreamMessage::getStream))
                .entrySet()
                .stream()
                .flatMap(each ->
                        named(each.getKey(), stream(each.getKey()).deliveries(each.getValue()))
                                .stream())
                .toList();
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // why: the client takes a generic vararg
    private static StreamOffset<String>[] offsets(List<String> names) {
        return names.stream().map(StreamOffset::lastConsumed).toArray(StreamOffset[]::new);
    }

    @Override
    public List<Delivery> takeOver(int most, Duration idle, Set<String> inHands) {
        RedisStreamQueue.atLeastOne(most);
        var taken = new ArrayList<Delivery>();
        for (var name : allNames().toList()) {
            if (taken.size() < most) {
                var held =
                        inHands.stream()
                                .filter(id -> streamOf(id).equals(name))
                                .map(RedisPoolQueue::entryOf)
                                .collect(Collectors.toSet());
                taken.addAll(named(name, stream(name).takeOver(most - taken.size(), idle, held)));
            }
        }
        return taken;
    }

    @Override
    public void acknowledge(Delivery delivery) {
        stream(streamOf(delivery.entryId())).acknowledge(unnamed(delivery));
    }

    @Override
    public void bury(Delivery delivery, String reason) {
        stream(streamOf(delivery.entryId())).bury(unnamed(delivery), reason);
    }

    @Override
    public List<DeadLetter> deadLetters(int most) {
        RedisStreamQueue.atLeastOne(most);
        return allNames()
                .flatMap(name ->
                        stream(name).deadLetters(most).stream()
                                .map(letter -> with(name + "/" + letter.id(), name, letter)))
                .limit(most)
                .toList();
    }

    @Override
    public void forget(DeadLetter letter) {
        stream(streamOf(letter.id())).forget(with(entryOf(letter.id()), "", letter));
    }

    @Override
    public long depth() {
        return allNames().mapToLong(name -> stream(name).depth()).sum();
    }

    /** Gives up the connections of the blocking reads. Idempotent; unacknowledged entries stay. */
    @Override
    public void close() {
        blocking.close();
        streams.values().forEach(RedisStreamQueue::close);
    }

    private Stream<String> allNames() {
        return Stream.of(namesOfTypes().stream(), Stream.of(queue, PoolStreams.legacyOf(queue)))
                .flatMap(names -> names);
    }

    private RedisStreamQueue stream(String name) {
        return streams.computeIfAbsent(
                name, missing -> new RedisStreamQueue(connections, missing, group, consumer));
    }

    private static List<Delivery> named(String stream, List<Delivery> deliveries) {
        return deliveries.stream()
                .map(each ->
                        new Delivery(stream + "/" + each.entryId(), each.queued(), each.count()))
                .toList();
    }

    private static Delivery unnamed(Delivery delivery) {
        return new Delivery(entryOf(delivery.entryId()), delivery.queued(), delivery.count());
    }

    private static DeadLetter with(String id, String stream, DeadLetter letter) {
        return new DeadLetter(
                id,
                stream.isEmpty() ? letter.entryId() : stream + "/" + letter.entryId(),
                letter.reason(),
                letter.fields(),
                letter.queued());
    }

    private static String streamOf(String id) {
        return id.substring(0, id.lastIndexOf('/'));
    }

    private static String entryOf(String id) {
        return id.substring(id.lastIndexOf('/') + 1);
    }
}
