package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.telemetry.Traces;
import dev.kohakku.dispatcher.agent.AgentCalls;
import dev.kohakku.dispatcher.report.SteadyTime;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The attempts this process works on, each at most once. The only measure of how much capacity is
 * used. Thread-safe.
 */
public final class RunningAttempts implements AgentCalls {

    private final int capacity;
    private final Times times;
    private final Traces traces;
    private final Map<AttemptId, RunningAttempt> attempts = new LinkedHashMap<>();
    private boolean closed;

    public RunningAttempts(int capacity, Clock clock, SteadyTime steady, Traces traces) {
        this.capacity = capacity;
        this.traces = traces;
        this.times = new Times(clock, steady);
    }

    /** {@code MAX_RUNNING_TASKS}. */
    public int capacity() {
        return capacity;
    }

    /** How many more it would take; 0 also when more than the capacity were resumed. */
    public synchronized int free() {
        return Math.max(0, capacity - attempts.size());
    }

    /** Every attempt, the oldest first. */
    public synchronized List<RunningAttempt> all() {
        return List.copyOf(attempts.values());
    }

    public synchronized Optional<RunningAttempt> find(AttemptId id) {
        return Optional.ofNullable(attempts.get(id));
    }

    /**
     * Waits until {@code taken} more than what runs would still fit, up to a limit.
     *
     * @return how many more fit now
     */
    public synchronized int awaitFree(int taken, Duration most) throws InterruptedException {
        var until = System.nanoTime() + most.toNanos();
        for (var left = most.toNanos();
                left > 0 && free() - taken <= 0;
                left = until - System.nanoTime()) {
            wait(Math.max(1, left / 1_000_000));
        }
        return Math.max(0, free() - taken);
    }

    /** Adds an attempt to be claimed; empty when it is here already, or the process stops. */
    synchronized Optional<RunningAttempt> reserve(AttemptId id, @Nullable String traceparent) {
        if (closed || attempts.containsKey(id)) {
            return Optional.empty();
        }
        var trace = new AttemptTrace(traces, id, traceparent);
        var attempt = new RunningAttempt(id, times, trace);
        attempts.put(id, attempt);
        return Optional.of(attempt);
    }

    synchronized void remove(RunningAttempt attempt) {
        attempts.remove(attempt.id(), attempt);
        notifyAll();
    }

    @Override
    public void called(AttemptId attempt) {
        find(attempt).ifPresent(RunningAttempt::agentCalled);
    }

    /**
     * Leaves every attempt without touching its container, and takes no new one. Waits until all
     * are left, up to a limit.
     *
     * @return whether all were left
     */
    public boolean leaveAll(Duration most) throws InterruptedException {
        synchronized (this) {
            closed = true;
        }
        all().forEach(RunningAttempt::leave);
        synchronized (this) {
            var until = System.nanoTime() + most.toNanos();
            for (var left = most.toNanos();
                    left > 0 && !attempts.isEmpty();
                    left = until - System.nanoTime()) {
                wait(Math.max(1, left / 1_000_000));
            }
            return attempts.isEmpty();
        }
    }
}
