package dev.kohakku.common.queue.redis;

import dev.kohakku.common.queue.QueueUnavailableException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the queue's server: opened when first needed, reconnected by Lettuce, opened anew
 * after an answer stayed out. Thread-safe.
 */
final class QueueConnection implements AutoCloseable {

    private final RedisClient client;
    private final RedisURI server;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable StatefulRedisConnection<String, String> connection;

    /**
     * @param server its timeout is how long an answer is waited for
     */
    QueueConnection(RedisClient client, RedisURI server) {
        this.client = client;
        this.server = server;
    }

    /**
     * A command whose answer comes within the usual timeout. An interrupt does not end it and stays
     * set. When its answer stays out, the connection is given up: on a path that is gone the kernel
     * would go on sending for a quarter of an hour.
     *
     * @throws RedisCommandExecutionException the server's refusal
     * @throws QueueUnavailableException everything else
     */
    <T extends @Nullable Object> T call(
            String what, Function<RedisAsyncCommands<String, String>, RedisFuture<T>> command) {
        var interrupted = false;
        var used = connection(what);
        var answer = send(what, used, command);
        try {
            var end = System.nanoTime() + server.getTimeout().toNanos();
            while (true) {
                try {
                    return answerOf(what, answer, end - System.nanoTime());
                } catch (InterruptedException again) {
                    interrupted = true;
                }
            }
        } finally {
            if (!answer.isDone()) {
                drop(used);
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * A command that the server holds back up to {@code wait}. When its answer stays out, or the
     * caller is interrupted, the connection is given up: an answer that came later would be an
     * entry nobody hears of.
     *
     * @throws RedisCommandExecutionException the server's refusal
     * @throws QueueUnavailableException everything else
     */
    <T extends @Nullable Object> T callBlocking(
            String what,
            Duration wait,
            Function<RedisAsyncCommands<String, String>, RedisFuture<T>> command)
            throws InterruptedException {
        var used = connection(what);
        var answer = send(what, used, command);
        try {
            return answerOf(what, answer, wait.plus(server.getTimeout()).toNanos());
        } finally {
            if (!answer.isDone()) {
                drop(used);
            }
        }
    }

    private static <T extends @Nullable Object> RedisFuture<T> send(
            String what,
            StatefulRedisConnection<String, String> used,
            Function<RedisAsyncCommands<String, String>, RedisFuture<T>> command) {
        try {
            return command.apply(used.async());
        } catch (RedisException failed) {
            throw unavailable(what, failed);
        }
    }

    private static <T extends @Nullable Object> T answerOf(
            String what, RedisFuture<T> answer, long nanos) throws InterruptedException {
        try {
            return answer.get(nanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RedisCommandExecutionException refused) {
                throw refused;
            }
            throw unavailable(what, failed);
        } catch (CancellationException cancelled) {
            throw unavailable(what, cancelled);
        } catch (TimeoutException silent) {
            throw new QueueUnavailableException(what + ": no answer from Redis in time", silent);
        }
    }

    private static QueueUnavailableException unavailable(String what, Exception failed) {
        return new QueueUnavailableException(what + ": " + Causes.of(failed), failed);
    }

    private StatefulRedisConnection<String, String> connection(String what) {
        lock.lock();
        try {
            var open = connection;
            if (open == null) {
                // why joined: an interrupt of a waiting connect() is told as a server that is away.
                open = client.connectAsync(StringCodec.UTF8, server).toCompletableFuture().join();
                connection = open;
            }
            return open;
        } catch (RedisException | CompletionException failed) {
            throw unavailable(what, failed);
        } finally {
            lock.unlock();
        }
    }

    private void drop(StatefulRedisConnection<String, String> used) {
        lock.lock();
        try {
            if (used.equals(connection)) {
                connection = null;
            }
        } finally {
            lock.unlock();
        }
        // why not waited for: the server may be what does not answer.
        var _ = used.closeAsync();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (connection != null) {
                var _ = connection.closeAsync();
                connection = null;
            }
        } finally {
            lock.unlock();
        }
    }
}
