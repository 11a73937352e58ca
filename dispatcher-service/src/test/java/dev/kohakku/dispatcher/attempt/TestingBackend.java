package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.log.LogStream;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.BackendHealth;
import dev.kohakku.dispatcher.backend.Capabilities;
import dev.kohakku.dispatcher.backend.ContainerBackend;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerLogs;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.ExitResult;
import dev.kohakku.dispatcher.backend.ImagePuller;
import dev.kohakku.dispatcher.backend.ServedBackend;
import dev.kohakku.dispatcher.backend.StartForbiddenException;
import dev.kohakku.dispatcher.backend.StartPermit;
import dev.kohakku.dispatcher.backend.StartProgress;
import dev.kohakku.dispatcher.backend.StopProgress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Containers in memory that run until a test ends them, on an engine that can fail at named points.
 * Outlives the dispatchers of a test, as a real engine does. Thread-safe.
 */
public final class TestingBackend implements ContainerBackend, ContainerLogs {

    private final Clock clock;
    private final Map<AttemptId, Box> boxes = new HashMap<>();
    private final List<ContainerSpec> created = new ArrayList<>();
    private final List<AttemptId> started = new ArrayList<>();
    private boolean down;
    private boolean loseNextStartReply;
    private boolean removeAfterLostReply;
    private boolean holdStarts;
    private int startsHeld;
    private BackendException refusal;
    private BackendException laterRefusal;
    private BackendException refusalOfTheMade;
    private boolean refusesOnlyNext;
    private int failingScopes;
    private int brokenWaits;
    private Supplier<RuntimeException> waitDefect = IllegalStateException::new;
    private boolean leaveCreated;
    private boolean keepsNoLogs;
    private boolean forgetsRuns;
    private Optional<ImagePuller> puller = Optional.empty();
    private boolean stopDuringNextDestroy;
    private Runnable duringNextList = () -> {};
    private Runnable afterNextCreate = () -> {};
    private Runnable duringNextWait = () -> {};

    public TestingBackend(Clock clock) {
        this.clock = clock;
    }

    private static final class Box {
        private ContainerStatus status = new ContainerStatus.Created();
        private final List<String> output = new ArrayList<>();
    }

    /** It as a dispatcher serves it. */
    public ServedBackend served() {
        return new ServedBackend(this, this, puller);
    }

    /** Whoever serves it from now on brings images this way. */
    void pullBy(ImagePuller images) {
        puller = Optional.of(images);
    }

    /** What others remove leaves no trace, as on Docker. */
    void forgetRuns() {
        forgetsRuns = true;
    }

    /** From now on output is not kept. */
    void keepNoLogs() {
        keepsNoLogs = true;
    }

    /** The engine does not answer, or does again. */
    public synchronized void setDown(boolean isDown) {
        down = isDown;
        notifyAll();
    }

    /** The next container is made and started, and the reply is lost. */
    public synchronized void loseNextStartReply() {
        loseNextStartReply = true;
    }

    /** The next container is made and started, the reply is lost, and others remove it. */
    public synchronized void removeWhenTheNextStartReplyIsLost() {
        loseNextStartReply = true;
        removeAfterLostReply = true;
    }

    /** The next container is made but not started, and the reply is lost. */
    public synchronized void dieBetweenCreateAndStart() {
        refuseStartsOfTheMade(BackendException.unknown("reply lost after the create", null));
        refusesOnlyNext = true;
    }

    /** Starts wait until they are let go, their containers made and permitted. */
    public synchronized void holdStarts(boolean hold) {
        holdStarts = hold;
        notifyAll();
    }

    public synchronized int startsHeld() {
        return startsHeld;
    }

    /** Every start is refused like this. */
    public synchronized void refuseStarts(FailureKind kind, String message) {
        refusal = BackendException.refused(kind, message, null);
    }

    /** Containers are made, and their starts refused like this; null for not any more. */
    public synchronized void refuseStartsOfTheMade(@Nullable BackendException refused) {
        refusalOfTheMade = refused;
    }

    /** After a lost reply nothing is left, and the next tries are refused like this. */
    public synchronized void vanishAfterLostReply(FailureKind kind, String message) {
        laterRefusal = BackendException.refused(kind, message, null);
        removeAfterLostReply = true;
    }

    /** The engine does not say its scope so many times. */
    public synchronized void failScopes(int times) {
        failingScopes = times;
    }

    /** Waits for an exit run into a defect of ours so many times. */
    public synchronized void breakWaits(int times, Supplier<RuntimeException> defect) {
        brokenWaits = times;
        waitDefect = defect;
    }

    /** Containers are made and reported as started, and are not until {@link #beginAll}. */
    public synchronized void leaveCreated() {
        leaveCreated = true;
    }

    /** Every container that was only made begins. */
    public synchronized void beginAll() {
        leaveCreated = false;
        boxes.values().stream()
                .filter(box -> box.status instanceof ContainerStatus.Created)
                .forEach(box -> box.status = new ContainerStatus.Running(clock.instant()));
        notifyAll();
    }

    /** The next removal is done, and its caller stopped before it hears of it. */
    public synchronized void stopDuringNextDestroy() {
        stopDuringNextDestroy = true;
    }

    /** Happens between the making of the next container and the question for its permit. */
    public synchronized void afterNextCreate(Runnable event) {
        afterNextCreate = event;
    }

    public synchronized void duringNextWait(Runnable event) {
        duringNextWait = event;
    }

    public synchronized void duringNextList(Runnable event) {
        duringNextList = event;
    }

    /** The container's process ends. */
    public synchronized void exit(AttemptId attempt, int exitCode) {
        end(attempt, new ExitResult(exitCode, false, null));
    }

    public synchronized void print(AttemptId attempt, String line) {
        boxes.get(attempt).output.add(line);
        notifyAll();
    }

    /** Somebody removes it behind our back. */
    public synchronized void vanish(AttemptId attempt) {
        boxes.remove(attempt);
        notifyAll();
    }

    public synchronized boolean isRunning(AttemptId attempt) {
        return statusOf(handle(attempt)) instanceof ContainerStatus.Running;
    }

    public synchronized boolean exists(AttemptId attempt) {
        return boxes.containsKey(attempt);
    }

    /** Every container ever made. */
    public synchronized List<ContainerSpec> created() {
        return List.copyOf(created);
    }

    /** Every run of a payload: an attempt that is in it twice ran twice. */
    public synchronized List<AttemptId> started() {
        return List.copyOf(started);
    }

    public synchronized void end(AttemptId attempt, ExitResult result) {
        boxes.get(attempt).status = new ContainerStatus.Exited(clock.instant(), result);
        notifyAll();
    }

    @Override
    public RuntimeType type() {
        return RuntimeType.LOCAL;
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(true, false, false, puller.isPresent(), !keepsNoLogs, !forgetsRuns);
    }

    @Override
    public synchronized String scope() {
        if (failingScopes > 0) {
            failingScopes--;
            throw BackendException.unknown("told to be slow", null);
        }
        return "memory";
    }

    @Override
    public synchronized BackendHealth health() {
        return down ? BackendHealth.unhealthy("told to be down") : BackendHealth.HEALTHY;
    }

    @Override
    public ContainerHandle start(ContainerSpec spec, StartPermit permit, StartProgress progress)
            throws InterruptedException {
        var made = make(spec);
        if (isUnstarted(spec.attempt()) && !permit.isGranted()) {
            if (made && !forgetsRuns && isUnstarted(spec.attempt())) {
                vanish(spec.attempt());
            }
            throw new StartForbiddenException(spec.attempt());
        }
        return begin(spec);
    }

    private synchronized boolean make(ContainerSpec spec) {
        reach();
        if (refusal != null) {
            throw refusal;
        }
        if (boxes.putIfAbsent(spec.attempt(), new Box()) != null) {
            return false;
        }
        created.add(spec);
        afterNextCreate.run();
        afterNextCreate = () -> {};
        return true;
    }

    private synchronized boolean isUnstarted(AttemptId attempt) {
        return statusOf(handle(attempt)) instanceof ContainerStatus.Created;
    }

    private synchronized ContainerHandle begin(ContainerSpec spec) throws InterruptedException {
        startsHeld++;
        while (holdStarts) {
            wait();
        }
        var box = boxes.get(spec.attempt());
        if (box == null) {
            throw BackendException.unknown("removed by somebody else", null);
        }
        if (refusalOfTheMade != null) {
            var refused = refusalOfTheMade;
            refusalOfTheMade = refusesOnlyNext ? null : refused;
            throw refused;
        }
        if (box.status instanceof ContainerStatus.Created && !leaveCreated) {
            box.status = new ContainerStatus.Running(clock.instant());
            started.add(spec.attempt());
        }
        if (loseNextStartReply) {
            loseNextStartReply = false;
            refusal = laterRefusal;
            if (removeAfterLostReply) {
                boxes.remove(spec.attempt());
            }
            throw BackendException.unknown("reply lost after the start", null);
        }
        return handle(spec.attempt());
    }

    @Override
    public synchronized Optional<ContainerHandle> find(AttemptId attempt) {
        reach();
        return boxes.containsKey(attempt) ? Optional.of(handle(attempt)) : Optional.empty();
    }

    @Override
    public synchronized ContainerStatus inspect(ContainerHandle handle) {
        reach();
        return statusOf(handle);
    }

    private ContainerStatus statusOf(ContainerHandle handle) {
        var box = boxes.get(handle.attempt());
        return box == null ? new ContainerStatus.Missing() : box.status;
    }

    @Override
    public synchronized ContainerStatus awaitExit(ContainerHandle handle)
            throws InterruptedException {
        duringNextWait.run();
        duringNextWait = () -> {};
        if (brokenWaits > 0) {
            brokenWaits--;
            throw waitDefect.get();
        }
        while (statusOf(handle) instanceof ContainerStatus.Running) {
            wait();
        }
        return statusOf(handle);
    }

    @Override
    public synchronized void stop(ContainerHandle handle, Duration grace, StopProgress progress) {
        reach();
        if (statusOf(handle) instanceof ContainerStatus.Running) {
            progress.reached(StopProgress.Step.TERM_SENT);
            end(handle.attempt(), new ExitResult(143, false, null));
        }
        progress.reached(StopProgress.Step.GONE);
    }

    @Override
    public synchronized void destroy(ContainerHandle handle) throws InterruptedException {
        reach();
        boxes.remove(handle.attempt());
        notifyAll();
        if (stopDuringNextDestroy) {
            stopDuringNextDestroy = false;
            throw new InterruptedException("stopped before the reply");
        }
    }

    @Override
    public synchronized List<ContainerHandle> list() {
        reach();
        duringNextList.run();
        duringNextList = () -> {};
        return boxes.keySet().stream().map(this::handle).toList();
    }

    @Override
    public boolean read(ContainerHandle handle, Lines lines) throws InterruptedException {
        for (var read = 0; ; read++) {
            String line;
            synchronized (this) {
                var box = boxes.get(handle.attempt());
                while (box != null
                        && box.output.size() <= read
                        && !(box.status instanceof ContainerStatus.Exited)) {
                    wait();
                    box = boxes.get(handle.attempt());
                }
                if (box == null || box.output.size() <= read) {
                    return box != null;
                }
                line = box.output.get(read);
            }
            lines.line(LogStream.STDOUT, clock.instant(), line);
        }
    }

    private ContainerHandle handle(AttemptId attempt) {
        return new ContainerHandle(attempt, RuntimeType.LOCAL, "box-" + attempt);
    }

    private void reach() {
        if (down) {
            throw BackendException.refused(FailureKind.BACKEND_ERROR, "told to be down", null);
        }
    }
}
