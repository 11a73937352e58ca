package dev.kohakku.common.queue.redis;

import dev.kohakku.common.queue.QueueUnavailableException;
import dev.kohakku.common.queue.redis.RedisConnector.Session;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
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

    private final RedisConnector connector;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Session session;

    QueueConnection(RedisConnector connector) {
        this.connector = connector;
    }

    /** Where its connections come from. */
    RedisConnector connector() {
        return connector;
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
            String what,
            Function<RedisClusterAsyncCommands<String, String>, ? extends Future<T>> command) {
        var interrupted = false;
        var used = session(what);
        var answer = send(what, used, command);
        try {
            var end = System.nanoTime() + connector.timeout().toNanos();
            while (true) {
                try {
                    return answerOf(what, answer, end - System.nanoTime());
                } catch (InterruptedException again) {
                    interrupted = true;
                }
            }
        } catch (RedisCommandExecutionException refused) {
            dropIfDemoted(used, refused);
            throw refused;
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
            Function<RedisClusterAsyncCommands<String, String>, ? extends Future<T>> command)
            throws InterruptedException {
        var used = session(what);
        var answer = send(what, used, command);
        try {
            return answerOf(what, answer, wait.plus(connector.timeout()).toNanos());
        } catch (RedisCommandExecutionException refused) {
            dropIfDemoted(used, refused);
            throw refused;
        } finally {
            if (!answer.isDone()) {
                drop(used);
            }
        }
    }

    private static <T extends @Nullable Object> Future<T> send(
            String what,
            Session used,
            Function<RedisClusterAsyncCommands<String, String>, ? extends Future<T>> command) {
        try {
            return command.apply(used.commands());
        } catch (RedisException failed) {
            throw unavailable(what, failed);
        }
    }

    private static <T extends @Nullable Object> T answerOf(
            String what, Future<T> answer, long nanos) throws InterruptedException {
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

    private Session session(String what) {
        lock.lock();
        try {
            var open = session;
            if (open == null) {
                // why joined: an interrupt of a waiting connect() is told as a server that is away.
                open = connector.open().join();
                session = open;
            }
            return open;
        } catch (RedisException | CompletionException failed) {
            throw unavailable(what, failed);
        } finally {
            lock.unlock();
        }
    }

    /** Another server is the master now: only a new connection asks the Sentinels who. */
    private void dropIfDemoted(Session used, RedisCommandExecutionException refused) {
        if (refused.getMessage() != null && refused.getMessage().startsWith("READONLY")) {
            drop(used);
        }
    }

    private void drop(Session used) {
        lock.lock();
        try {
            if (used.equals(session)) {
                session = null;
            }
        } finally {
            lock.unlock();
        }
        // why not waited for: the server may be what does not answer.
        var _ = used.connection().closeAsync();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (session != null) {
                var _ = session.connection().closeAsync();
                session = null;
            }
        } finally {
            lock.unlock();
        }
    }
}
