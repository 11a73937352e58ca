package dev.kohakku.dispatcher.backend.mock;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.dispatcher.backend.BackendHealth;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where mock containers live. Outlives the {@link MockBackend}s on it, as a real engine outlives
 * dispatchers. Thread-safe.
 */
public final class MockEngine {

    private final InstantSource clock;
    private final String id = "mock-" + UUID.randomUUID();
    private final ConcurrentMap<AttemptId, MockContainer> containers = new ConcurrentHashMap<>();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger created = new AtomicInteger();
    private final ConcurrentMap<AttemptId, Integer> runs = new ConcurrentHashMap<>();
    private volatile BackendHealth health = BackendHealth.HEALTHY;

    /** An empty engine whose containers live by {@code clock}. */
    public MockEngine(InstantSource clock) {
        this.clock = clock;
    }

    /** Lets every start through that {@code MOCK_BLOCK} holds up, now and later. */
    public void openGate() {
        gate.countDown();
    }

    /** What {@code health} answers from now on. */
    public void health(BackendHealth answer) {
        health = answer;
    }

    /** How many containers were ever made. */
    public int created() {
        return created.get();
    }

    /** How often a payload began to run, by attempt: what a payload itself would say. */
    public Map<AttemptId, Integer> runs() {
        return Map.copyOf(runs);
    }

    /** The attempts that have a container now, whosever they are. */
    public Set<AttemptId> present() {
        containers.values().removeIf(MockContainer::hasVanished);
        return Set.copyOf(containers.keySet());
    }

    String id() {
        return id;
    }

    BackendHealth health() {
        return health;
    }

    void awaitGate() throws InterruptedException {
        gate.await();
    }

    /** Makes the attempt's container, unstarted, unless there is one; whether it did. */
    boolean create(ContainerSpec spec, String installation) {
        var made = new MockContainer(spec, installation, clock);
        boolean isNew = containers.putIfAbsent(spec.attempt(), made) == null;
        if (isNew) {
            created.incrementAndGet();
        }
        return isNew;
    }

    Optional<MockContainer> find(AttemptId attempt, String installation) {
        containers.values().removeIf(MockContainer::hasVanished);
        return Optional.ofNullable(containers.get(attempt))
                .filter(container -> container.isOf(installation));
    }

    /** Starts it, if it never was. */
    void start(MockContainer container) {
        if (container.start()) {
            runs.merge(container.spec().attempt(), 1, Integer::sum);
        }
    }

    void remove(AttemptId attempt) {
        containers.remove(attempt);
    }

    List<MockContainer> list(String installation) {
        containers.values().removeIf(MockContainer::hasVanished);
        return containers.values().stream()
                .filter(container -> container.isOf(installation))
                .toList();
    }
}
