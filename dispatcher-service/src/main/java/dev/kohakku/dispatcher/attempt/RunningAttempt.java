package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.wire.AttemptRef;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.report.AttemptOwner;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An attempt this process works on. Thread-safe. */
public final class RunningAttempt implements AttemptOwner {

    /** How often deadlines are compared with the clock. */
    private static final long LOOK_EVERY_MILLIS = 200;

    private final AttemptId id;
    private final Instant since;
    private final Times times;
    private AttemptTrace trace;
    private final long reservedAt = System.nanoTime();
    private @Nullable Hold hold;
    private @Nullable Thread thread;
    private @Nullable Stop requested;
    private boolean begun;
    private boolean startAsked;
    private boolean neverStarted;
    private @Nullable Instant startedAt;
    private @Nullable Instant checkedBackAt;
    private @Nullable ContainerHandle handle;
    private Phase phase = Phase.CLAIMING;
    private long agentCalls;

    RunningAttempt(AttemptId id, Times times, AttemptTrace trace) {
        this.id = id;
        this.since = times.clock().instant();
        this.times = times;
        this.trace = trace;
    }

    public AttemptId id() {
        return id;
    }

    /** When this process began to work on it. */
    public Instant since() {
        return since;
    }

    public synchronized Phase phase() {
        return phase;
    }

    /** The attempt at its epoch; empty before it is claimed. */
    public synchronized Optional<AttemptRef> ref() {
        return Optional.ofNullable(hold).map(held -> AttemptRef.of(id, held.claimed().epoch()));
    }

    /** Its container, once there is one. */
    public synchronized Optional<ContainerHandle> container() {
        return Optional.ofNullable(handle);
    }

    @Override
    public synchronized void cancelRequested() {
        if (requested == null) {
            requested = new Stop.Cancel();
        }
        notifyAll();
    }

    @Override
    public void fenced() {
        Hold held;
        synchronized (this) {
            requested = new Stop.Fenced();
            held = hold;
            notifyAll();
        }
        if (held != null) {
            held.reporter().fence();
        }
    }

    /** Its agent has called: the record is worth a look. */
    synchronized void agentCalled() {
        agentCalls++;
        notifyAll();
    }

    synchronized void checkedBack() {
        if (checkedBackAt == null) {
            checkedBackAt = times.steady().now();
        }
        notifyAll();
    }

    synchronized boolean hasCheckedBack() {
        return checkedBackAt != null;
    }

    synchronized void worksOn(Thread worker) {
        thread = worker;
    }

    /** Ends the work on it here, without touching the container. */
    synchronized void leave() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    synchronized void begin(Hold held) {
        hold = held;
        trace = trace.orElse(held.claimed().traceparent());
        phase = Phase.STARTING;
    }

    synchronized Hold hold() {
        if (hold == null) {
            throw new IllegalStateException("attempt " + id + " is not claimed");
        }
        return hold;
    }

    synchronized void reaches(Phase next) {
        phase = next;
    }

    synchronized void has(ContainerHandle container) {
        handle = container;
    }

    /**
     * The container runs, or has run: the start timeout is over.
     *
     * @param started by the engine's clock, null where the engine does not say
     */
    synchronized void begins(@Nullable Instant started) {
        begun = true;
        if (started != null) {
            startedAt = times.ofPast(started);
            phase = Phase.RUNNING;
        }
    }

    /** The engine is asked to start its container: from now on it may run. */
    synchronized void startIsAsked() {
        startAsked = true;
    }

    /** Its container was seen unstarted, although an earlier owner may have asked. */
    synchronized void isSeenUnstarted() {
        neverStarted = true;
    }

    /** The engine has refused the start that was asked for: nothing ran by it. */
    synchronized void startIsRefused() {
        startAsked = false;
    }

    /** Whether a container that cannot be found may have run all the same. */
    synchronized boolean mayHaveRun() {
        return startAsked || (!neverStarted && hold().claimed().startAskedAt() != null);
    }

    synchronized AttemptTrace trace() {
        return trace;
    }

    /** Nanoseconds since this process began to work on it. */
    long age() {
        return System.nanoTime() - reservedAt;
    }

    synchronized Optional<Stop> lost() {
        return Optional.ofNullable(requested).filter(Stop.Fenced.class::isInstance);
    }

    Times times() {
        return times;
    }

    synchronized Optional<Stop> stopWhileStarting() {
        return Optional.ofNullable(requested)
                .or(() -> hold().deadlines().whileStarting(times.steady().now()));
    }

    /** While there is a container: until it has begun, the start timeout still counts. */
    synchronized Optional<Stop> stopWhileRunning() {
        if (!begun) {
            return stopWhileStarting();
        }
        return Optional.ofNullable(requested)
                .or(() ->
                        hold().deadlines()
                                .whileRunning(times.steady().now(), startedAt, checkedBackAt));
    }

    /** Waits until either gives a sign; empty when it was {@code done}. */
    synchronized Optional<Stop> awaitStop(Supplier<Optional<Stop>> stop, BooleanSupplier done)
            throws InterruptedException {
        while (!done.getAsBoolean()) {
            var reached = stop.get();
            if (reached.isPresent()) {
                return reached;
            }
            wait(LOOK_EVERY_MILLIS);
        }
        return Optional.empty();
    }

    synchronized void wake() {
        notifyAll();
    }

    /**
     * Waits for the next call of its agent, up to a limit.
     *
     * @param seen what the previous wait returned, 0 at first
     */
    synchronized long awaitAgentCall(long seen, long mostMillis) throws InterruptedException {
        var until = System.nanoTime() + mostMillis * 1_000_000;
        for (var left = mostMillis;
                left > 0 && agentCalls == seen;
                left = (until - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
        return agentCalls;
    }
}
