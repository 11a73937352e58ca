package dev.kohakku.common.queue.redis;

import dev.kohakku.common.queue.DeadLetter;
import dev.kohakku.common.queue.Delivery;
import dev.kohakku.common.queue.QueueUnavailableException;
import dev.kohakku.common.queue.QueuedAttempt;
import dev.kohakku.common.queue.TaskQueue;
import io.lettuce.core.Consumer;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue as a Redis stream with one consumer group. Entries leave the stream when they are
 * acknowledged, so its length is the depth. What cannot be read, or is delivered more than {@value
 * #MOST_DELIVERIES} times, goes to the stream {@code <stream>:dead} with a {@code reason} and the
 * original {@code entry_id} beside its fields.
 *
 * <p>Thread-safe; callers of {@link #take} wait for each other.
 */
public final class RedisStreamQueue implements TaskQueue, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RedisStreamQueue.class);

    /** More deliveries than this mean that each consumer died of the entry. */
    private static final int MOST_DELIVERIES = 5;

    /** Older dead letters make room. */
    private static final int MOST_DEAD_LETTERS = 10_000;

    private final String stream;
    private final String group;
    private final String consumer;
    private final DeadLetters dead;
    private final QueueConnection connection;
    private final QueueConnection blocking;
    private final ReentrantLock taking = new ReentrantLock();

    /**
     * @param stream the key, {@code QUEUE_STREAM_NAME}
     * @param group the consumer group, {@code QUEUE_CONSUMER_GROUP}
     * @param consumer the name in the group: the dispatcher's id, the same after a restart. A
     *     producer gives any.
     */
    public RedisStreamQueue(
            RedisConnections connections, String stream, String group, String consumer) {
        this.stream = stream;
        this.group = group;
        this.consumer = consumer;
        this.connection = connections.queue();
        this.dead = new DeadLetters(connection, connection.connector().beside(stream, ":dead"));
        this.blocking = connections.newQueueConnection();
    }

    /** All entries go out before the first answer is awaited. */
    @Override
    public void enqueue(List<QueuedAttempt> attempts) {
        if (attempts.isEmpty()) {
            return;
        }
        var answers = new ArrayList<RedisFuture<String>>();
        call(
                "XADD " + stream,
                commands -> {
                    for (var queued : attempts) {
                        answers.add(commands.xadd(stream, QueueEntry.write(queued)));
                    }
                    return answers.getLast();
                });
        // why only now: answers come in the order of commands, so after the last all are here.
        for (var answer : answers) {
            if (answer.getError() != null) {
                throw new QueueUnavailableException(
                        "XADD " + stream + ": " + answer.getError(),
                        new RedisCommandExecutionException(answer.getError()));
            }
        }
    }

    @Override
    public List<Delivery> take(int most, Duration wait) throws InterruptedException {
        atLeastOne(most);
        taking.lockInterruptibly();
        try {
            return deliveries(read(most, wait));
        } catch (RedisCommandExecutionException refused) {
            if (!isGroupMissing(refused)) {
                throw refused(refused);
            }
            // why from 0: what was added before the group existed is waiting, too.
            createGroup();
            return List.of();
        } finally {
            taking.unlock();
        }
    }

    @SuppressWarnings("unchecked") // why: the client takes a generic vararg
    private List<StreamMessage<String, String>> read(int most, Duration wait)
            throws InterruptedException {
        var arguments = XReadArgs.Builder.count(most);
        if (wait.isPositive()) {
            // why at least 1: BLOCK 0 means for ever.
            arguments.block(Math.max(1, wait.toMillis()));
        }
        return blocking.callBlocking(
                "XREADGROUP " + stream,
                wait,
                commands ->
                        commands.xreadgroup(
                                Consumer.from(group, consumer),
                                arguments,
                                StreamOffset.lastConsumed(stream)));
    }

    /** What messages of this stream deliver; those that cannot be read are buried. */
    List<Delivery> deliveries(List<StreamMessage<String, String>> messages) {
        var deliveries = new ArrayList<Delivery>();
        for (var message : messages) {
            deliver(message.getId(), 1, message.getBody(), deliveries);
        }
        return deliveries;
    }

    private void deliver(
            String id, long count, @Nullable Map<String, String> fields, List<Delivery> to) {
        try {
            to.add(new Delivery(id, QueueEntry.read(fields == null ? Map.of() : fields), count));
        } catch (IllegalArgumentException malformed) {
            bury(id, String.valueOf(malformed.getMessage()));
        }
    }

    @Override
    public List<Delivery> takeOver(int most, Duration idle, Set<String> inHands) {
        atLeastOne(most);
        var arguments = new ArrayList<>(List.of(group, consumer));
        arguments.add(Long.toString(idle.toMillis()));
        arguments.add(Integer.toString(most));
        arguments.addAll(inHands);
        List<Object> taken;
        try {
            taken =
                    connection.call(
                            "XCLAIM " + stream,
                            commands ->
                                    commands.eval(
                                            QueueScripts.TAKE_OVER,
                                            ScriptOutputType.MULTI,
                                            new String[] {stream},
                                            arguments.toArray(String[]::new)));
        } catch (RedisCommandExecutionException refused) {
            if (!isGroupMissing(refused)) {
                throw refused(refused);
            }
            createGroup();
            return List.of();
        }
        var deliveries = new ArrayList<Delivery>();
        for (var entry : taken) {
            var parts = (List<?>) entry;
            var id = (String) parts.get(0);
            var count = Long.parseLong((String) parts.get(1));
            if (count > MOST_DELIVERIES) {
                bury(id, "delivered " + (count - 1) + " times and never acknowledged");
            } else {
                deliver(id, count, QueueEntry.fields((List<?>) parts.get(2)), deliveries);
            }
        }
        return deliveries;
    }

    @Override
    public void acknowledge(Delivery delivery) {
        end(QueueScripts.ACKNOWLEDGE, List.of(stream), delivery.entryId());
    }

    @Override
    public void bury(Delivery delivery, String reason) {
        bury(delivery.entryId(), reason);
    }

    private void bury(String entry, String reason) {
        LOG.warn("entry {} of {} goes to the dead letters: {}", entry, stream, reason);
        end(
                QueueScripts.BURY,
                List.of(stream, dead.key()),
                entry,
                reason,
                Integer.toString(MOST_DEAD_LETTERS));
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
        return call("XLEN " + stream, commands -> commands.xlen(stream));
    }

    /** Gives up the connection of the blocking reads. Idempotent; unacknowledged entries stay. */
    @Override
    public void close() {
        blocking.close();
    }

    /** Makes stream and group where they are missing. Idempotent. */
    void createGroup() {
        try {
            connection.call(
                    "XGROUP CREATE " + stream,
                    commands ->
                            commands.xgroupCreate(
                                    StreamOffset.from(stream, "0"),
                                    group,
                                    XGroupCreateArgs.Builder.mkstream()));
            LOG.info("consumer group {} of {} created", group, stream);
        } catch (RedisCommandExecutionException refused) {
            if (!says(refused, "BUSYGROUP")) {
                throw refused(refused);
            }
        }
    }

    private void end(String script, List<String> keys, String entry, String... more) {
        var arguments = new ArrayList<String>();
        arguments.add(group);
        arguments.add(entry);
        arguments.addAll(List.of(more));
        try {
            connection.<Long>call(
                    "XACK " + stream,
                    commands ->
                            commands.eval(
                                    script,
                                    ScriptOutputType.INTEGER,
                                    keys.toArray(String[]::new),
                                    arguments.toArray(String[]::new)));
        } catch (RedisCommandExecutionException refused) {
            throw refused(refused);
        }
    }

    private <T extends @Nullable Object> T call(
            String what,
            Function<RedisClusterAsyncCommands<String, String>, RedisFuture<T>> command) {
        try {
            return connection.call(what, command);
        } catch (RedisCommandExecutionException refused) {
            throw refused(refused);
        }
    }

    static void atLeastOne(int most) {
        if (most < 1) {
            // why: COUNT 0 means without limit.
            throw new IllegalArgumentException("at least one entry is taken, not " + most);
        }
    }

    QueueUnavailableException refused(RedisCommandExecutionException refused) {
        return new QueueUnavailableException(
                "Redis refused a command on " + stream + ": " + refused.getMessage(), refused);
    }

    static boolean isGroupMissing(RedisCommandExecutionException refused) {
        return says(refused, "NOGROUP");
    }

    private static boolean says(RedisCommandExecutionException refused, String word) {
        return refused.getMessage() != null && refused.getMessage().contains(word);
    }
}
