package dev.kohakku.dispatcher.backend.ecs;

import dev.kohakku.dispatcher.backend.BackendException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.ecs.EcsClient;

/** Calls ECS and CloudWatch Logs within their quotas. Connects at the first call. Thread-safe. */
final class EcsApi implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EcsApi.class);

    private static final int TRIES = 3;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Map<ApiBucket, ApiBudget> budgets = new EnumMap<>(ApiBucket.class);
    private final Lazy<EcsClient> ecs;
    private final Lazy<CloudWatchLogsClient> logs;

    EcsApi(EcsSettings settings, AwsClients clients) {
        for (var bucket : ApiBucket.values()) {
            budgets.put(bucket, new ApiBudget(bucket, settings.quotaFactor()));
        }
        this.ecs =
                new Lazy<>(
                        () -> clients.configured(EcsClient.builder(), settings.endpoints().ecs()));
        this.logs =
                new Lazy<>(() ->
                        clients.configured(
                                CloudWatchLogsClient.builder(), settings.endpoints().logs()));
    }

    /**
     * Calls ECS, however often it is throttled, and again where an answer was lost: for calls that
     * may have their effect twice.
     *
     * @param call its name, for messages
     * @throws BackendException when it failed otherwise
     */
    <T> T ecs(ApiBucket bucket, String call, Function<EcsClient, T> request)
            throws InterruptedException {
        return within(bucket, call, () -> request.apply(ecs.get()));
    }

    /** Calls CloudWatch Logs, in the same way. */
    <T> T logs(String call, Function<CloudWatchLogsClient, T> request) throws InterruptedException {
        return within(ApiBucket.LOG_READ, call, () -> request.apply(logs.get()));
    }

    private <T> T within(ApiBucket bucket, String call, Supplier<T> request)
            throws InterruptedException {
        var losses = 0;
        while (true) {
            var acquiredAt = budget(bucket).acquire();
            try {
                var answer = request.get();
                budget(bucket).succeeded();
                return answer;
            } catch (RuntimeException failure) {
                if (isThrottle(failure)) {
                    throttled(bucket, call, acquiredAt);
                    continue;
                }
                var told = EcsFailures.of(call, failure);
                // why again: of the connections that are kept, some were closed at the other end.
                if (!told.isUnknown() || ++losses == TRIES) {
                    throw told;
                }
                Thread.sleep(PAUSE.multipliedBy(losses));
            }
        }
    }

    /** Calls ECS at once and once, without a budget; failures are the SDK's own. */
    <T> T ecsNow(Function<EcsClient, T> request) throws InterruptedException {
        try {
            return request.apply(ecs.get());
        } catch (RuntimeException failure) {
            throwIfInterrupted(failure);
            throw failure;
        }
    }

    /** Where tasks run: what is set, or what the SDK found. */
    String region() {
        return ecs.get().serviceClientConfiguration().region().id();
    }

    void throttled(ApiBucket bucket, String call, long acquiredAt) {
        budget(bucket).throttled(acquiredAt);
        LOG.debug("{} was throttled; {} a second now", call, budget(bucket).rate());
    }

    /** Whether the call is to be made again, in its turn. */
    static boolean isThrottle(RuntimeException failure) throws InterruptedException {
        throwIfInterrupted(failure);
        return Throttling.is(failure);
    }

    /** why by the flag too: an interrupt closes the socket it finds the thread at. */
    private static void throwIfInterrupted(RuntimeException failure) throws InterruptedException {
        if (Thread.interrupted() || failure instanceof AbortedException) {
            var interrupted = new InterruptedException("interrupted while asking AWS");
            interrupted.initCause(failure);
            throw interrupted;
        }
    }

    ApiBudget budget(ApiBucket bucket) {
        var budget = budgets.get(bucket);
        if (budget == null) {
            throw new IllegalStateException("no budget for " + bucket);
        }
        return budget;
    }

    /** Closes the connections; tasks stay. */
    @Override
    public void close() {
        ecs.ifMade(EcsClient::close);
        logs.ifMade(CloudWatchLogsClient::close);
    }
}
