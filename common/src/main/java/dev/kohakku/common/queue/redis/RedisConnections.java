package dev.kohakku.common.queue.redis;

import dev.kohakku.common.queue.QueueUnavailableException;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisException;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.EpollProvider;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * The connections of one process to Redis. Making it does not contact a server; connections are
 * opened when first needed and again after they were lost. Commands wait for an answer no longer
 * than {@link RedisEndpoints#timeout}, and fail at once while a server is away. Thread-safe.
 *
 * <p>Agent state and live logs go through Spring Data's template; the queue speaks to Lettuce
 * itself, because a blocking read needs a connection of its own.
 */
public final class RedisConnections implements AutoCloseable {

    private static final Duration LONGEST_RECONNECT_PAUSE = Duration.ofMillis(500);

    private static final Duration UNACKNOWLEDGED = Duration.ofSeconds(30);

    private final RedisEndpoints endpoints;
    private final ClientResources resources =
            ClientResources.builder()
                    // why: the client's own delay grows to half a minute, long after Redis is back.
                    .reconnectDelay(
                            Delay.exponential(
                                    Duration.ofMillis(10),
                                    LONGEST_RECONNECT_PAUSE,
                                    2,
                                    TimeUnit.MILLISECONDS))
                    .build();
    private final RedisConnector queueConnector;
    private final QueueConnection queue;
    private final Map<RedisRole, QueueConnection> byRole = new EnumMap<>(RedisRole.class);
    private final LettuceConnectionFactory stateFactory;
    private final StringRedisTemplate state;

    public RedisConnections(RedisEndpoints endpoints) {
        this.endpoints = endpoints;
        queueConnector = connector(endpoints.queue());
        queue = new QueueConnection(queueConnector);
        byRole.put(RedisRole.QUEUE, queue);
        byRole.put(RedisRole.STATE, connectionTo(endpoints.state()));
        byRole.put(RedisRole.CACHE, connectionTo(endpoints.cache()));
        stateFactory = factory(endpoints.state());
        state = new StringRedisTemplate(stateFactory);
    }

    /**
     * Asks the queue's and the state's server for a sign of life.
     *
     * @throws RedisUnavailableException when one does not answer, saying which
     */
    public void check() {
        try {
            queue.call("PING", commands -> commands.ping());
        } catch (QueueUnavailableException | RedisException failed) {
            throw new RedisUnavailableException(
                    "QUEUE_REDIS_URL does not answer: " + Causes.of(failed), failed);
        }
        try {
            callState(() -> state.execute((RedisCallback<String>) connection -> connection.ping()));
        } catch (DataAccessException failed) {
            throw new RedisUnavailableException(
                    "STATE_REDIS_URL does not answer: " + Causes.of(failed), failed);
        }
    }

    /** Idempotent. */
    @Override
    public void close() {
        byRole.values().forEach(QueueConnection::close);
        byRole.values().forEach(each -> each.connector().close());
        stateFactory.destroy();
        var _ = resources.shutdown(0, 2, TimeUnit.SECONDS);
    }

    /** Shared by everybody; no blocking commands. */
    QueueConnection queue() {
        return queue;
    }

    /** For what is asked of the server of a role; no blocking commands. */
    QueueConnection of(RedisRole role) {
        return Objects.requireNonNull(byRole.get(role));
    }

    /** The setting that leads to a role's server. */
    String settingOf(RedisRole role) {
        return endpoints.settingOf(role);
    }

    private QueueConnection connectionTo(RedisAddress address) {
        // why shared: one server for everything is one connection.
        return address.uri().equals(endpoints.queue().uri())
                ? queue
                : new QueueConnection(connector(address));
    }

    /** For blocking reads of one reader, who closes it. */
    QueueConnection newQueueConnection() {
        return new QueueConnection(queueConnector);
    }

    Duration timeout() {
        return endpoints.timeout();
    }

    StringRedisTemplate state() {
        return state;
    }

    /**
     * Runs commands on the state's server. After an answer that stayed out the shared connection is
     * given up, and the next call opens a new one.
     *
     * @throws DataAccessException whatever went wrong
     */
    <T> T callState(Supplier<T> command) {
        try {
            return command.get();
        } catch (QueryTimeoutException silent) {
            stateFactory.resetConnection();
            throw silent;
        }
    }

    private RedisConnector connector(RedisAddress address) {
        return RedisConnector.to(
                address, resources, RedisConnector.options(address, usualOptions()));
    }

    private LettuceConnectionFactory factory(RedisAddress address) {
        var client =
                LettuceClientConfiguration.builder()
                        .apply(address.uri())
                        .clientResources(resources)
                        .clientOptions(RedisConnector.options(address, usualOptions()))
                        .commandTimeout(endpoints.timeout())
                        .shutdownTimeout(Duration.ofSeconds(2))
                        .shutdownQuietPeriod(Duration.ZERO)
                        .build();
        var factory = new LettuceConnectionFactory(address.configuration(), client);
        factory.afterPropertiesSet();
        factory.start();
        return factory;
    }

    private ClientOptions usualOptions() {
        return ClientOptions.builder()
                .autoReconnect(true)
                // why: a caller that learns at once can back off; queued commands would hang it.
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .socketOptions(socketOptions())
                .build();
    }

    /** A connection whose other end is gone without a word is noticed in about half a minute. */
    private SocketOptions socketOptions() {
        return SocketOptions.builder()
                .connectTimeout(endpoints.timeout())
                .keepAlive(
                        SocketOptions.KeepAliveOptions.builder()
                                .enable()
                                .idle(Duration.ofSeconds(15))
                                .interval(Duration.ofSeconds(5))
                                .count(3)
                                .build())
                .tcpUserTimeout(
                        SocketOptions.TcpUserTimeoutOptions.builder()
                                // why only with epoll: Java's own sockets have no such option.
                                .enable(EpollProvider.isAvailable())
                                .tcpUserTimeout(UNACKNOWLEDGED)
                                .build())
                .build();
    }
}
