package dev.kohakku.common.queue.redis;

import dev.kohakku.common.queue.QueueUnavailableException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Words that the processes of an installation call to each other through the queue's Redis. A word
 * reaches who listens at that moment, and may be lost or come twice: it is for what is found
 * without it as well, a little later. Thread-safe.
 */
public final class WakeChannel implements AutoCloseable {

    private final QueueConnection connection;
    private final String channel;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable StatefulRedisPubSubConnection<String, String> listening;
    private boolean closed;

    /**
     * Contacts nobody yet.
     *
     * @param installation {@code KOHAKKU_INSTALLATION}: others on the same server are not heard
     */
    public WakeChannel(RedisConnections connections, String installation) {
        this.connection = connections.newQueueConnection();
        this.channel = "kohakku:wakes:" + installation;
    }

    /**
     * Calls words, each once. Blocks until Redis has them.
     *
     * @throws QueueUnavailableException when Redis is away; some may have been called
     */
    public void call(Collection<String> words) {
        for (var word : words) {
            try {
                connection.<Long>call(
                        "PUBLISH " + channel, commands -> commands.publish(channel, word));
            } catch (RedisCommandExecutionException refused) {
                throw new QueueUnavailableException(
                        "Redis refused to publish on " + channel + ": " + refused.getMessage(),
                        refused);
            }
        }
    }

    /**
     * Sees to it that words are heard from now on, also after the connection was lost and came
     * back. Idempotent, and to be repeated: the first listener stays. Blocks while it connects.
     *
     * @param heard called on the thread of the connection; must not block
     * @throws QueueUnavailableException when Redis is away; nothing is heard until a repetition
     */
    public void listen(Consumer<String> heard) {
        lock.lock();
        try {
            if (closed || listening != null) {
                return;
            }
            listening = subscribed(heard);
        } finally {
            lock.unlock();
        }
    }

    private StatefulRedisPubSubConnection<String, String> subscribed(Consumer<String> heard) {
        var limit = connection.connector().timeout().multipliedBy(2).toMillis();
        CompletableFuture<? extends StatefulRedisPubSubConnection<String, String>> opening =
                connection.connector().openListening();
        try {
            var opened = opening.get(limit, TimeUnit.MILLISECONDS);
            opened.addListener(
                    new RedisPubSubAdapter<>() {
                        @Override
                        public void message(String from, String word) {
                            heard.accept(word);
                        }
                    });
            try {
                opened.async().subscribe(channel).get(limit, TimeUnit.MILLISECONDS);
                return opened;
            } catch (ExecutionException | TimeoutException | InterruptedException failed) {
                var _ = opened.closeAsync();
                throw failed;
            }
        } catch (ExecutionException | TimeoutException | CompletionException failed) {
            // why also then: one that opens late would listen beside the next.
            var _ = opening.thenCompose(StatefulRedisPubSubConnection::closeAsync);
            throw new QueueUnavailableException(
                    "SUBSCRIBE " + channel + ": " + Causes.of(failed), failed);
        } catch (InterruptedException interrupted) {
            var _ = opening.thenCompose(StatefulRedisPubSubConnection::closeAsync);
            Thread.currentThread().interrupt();
            throw new QueueUnavailableException("SUBSCRIBE " + channel, interrupted);
        }
    }

    /** Nothing is heard any more. Idempotent. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (listening != null) {
                var _ = listening.closeAsync();
                listening = null;
            }
        } finally {
            lock.unlock();
        }
        connection.close();
    }
}
