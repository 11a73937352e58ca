package dev.kohakku.controller.explain;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.common.wire.DispatchMode;
import dev.kohakku.controller.fleet.LiveDispatcher;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds facts about a task for target {@code local} that was accepted a minute before. */
final class TestingFacts {

    static final Instant NOW = Instant.parse("2030-01-01T00:01:00Z");
    static final Instant ACCEPTED = NOW.minusSeconds(60);

    private final List<LiveDispatcher> live = new ArrayList<>();
    private final List<Explanation.Evidence> evidence = new ArrayList<>();
    private final Map<String, StreamDepth> depths = new LinkedHashMap<>();
    private Facts.Owner owner =
            new Facts.Owner("d1", true, true, NOW.plusSeconds(10), /* left= */ false);
    private List<String> adopters = List.of();
    private @Nullable Instant available = ACCEPTED;
    private Instant queuedAt = ACCEPTED;
    private @Nullable Instant cancelRequested;
    private @Nullable Instant deadline;
    private @Nullable String waitingReason;
    private Facts.@Nullable Failure before;
    private boolean expired;
    private @Nullable TaskId redrivenAs;
    private int attempt = 1;
    private int maxAttempts = 1;
    private long ahead;
    private long believed;

    /** A dispatcher with ten free slots whose queue is empty. */
    TestingFacts served(String id, String queue, BackendStatus... backends) {
        return dispatcher(id, queue, /* cordoned= */ false, backends);
    }

    TestingFacts cordoned(String id, String queue, BackendStatus... backends) {
        return dispatcher(id, queue, /* cordoned= */ true, backends);
    }

    /** A dispatcher that is sent its attempts. */
    TestingFacts sent(String id, String queue, int capacity, BackendStatus... backends) {
        return add(id, DispatchMode.HTTP, queue, capacity, /* cordoned= */ false, backends);
    }

    private TestingFacts dispatcher(
            String id, String queue, boolean cordoned, BackendStatus... backends) {
        return add(id, DispatchMode.BUS, queue, 10, cordoned, backends);
    }

    private TestingFacts add(
            String id,
            DispatchMode mode,
            String queue,
            int capacity,
            boolean cordoned,
            BackendStatus... backends) {
        live.add(
                new LiveDispatcher(
                        id,
                        new LiveDispatcher.Intake(mode, queue, "http://" + id, "i"),
                        RuntimeTarget.DEFAULT_POOL,
                        Map.of(),
                        new LiveDispatcher.Room(capacity, 0, capacity),
                        cordoned,
                        List.of(backends)));
        depths.putIfAbsent(queue, new StreamDepth.Known(0));
        return this;
    }

    static BackendStatus healthy() {
        return new BackendStatus(RuntimeType.LOCAL, "e", true, null);
    }

    static BackendStatus sick(@Nullable String words) {
        return new BackendStatus(RuntimeType.LOCAL, "e", false, words);
    }

    TestingFacts holds(String queue, long entries) {
        depths.put(queue, new StreamDepth.Known(entries));
        return this;
    }

    TestingFacts away(String queue) {
        depths.put(queue, new StreamDepth.Away("connection refused"));
        return this;
    }

    TestingFacts available(@Nullable Instant moment) {
        available = moment;
        return this;
    }

    TestingFacts queuedFor(Duration time) {
        queuedAt = NOW.minus(time);
        return this;
    }

    TestingFacts inLine(long before, long onStream) {
        ahead = before;
        believed = onStream;
        return this;
    }

    TestingFacts told(String reason) {
        waitingReason = reason;
        return this;
    }

    TestingFacts attempt(int number, int most) {
        attempt = number;
        maxAttempts = most;
        return this;
    }

    TestingFacts after(@Nullable FailureKind kind, @Nullable String message) {
        before = new Facts.Failure(kind, message);
        return this;
    }

    TestingFacts cancelled(@Nullable Instant deadlineOfCancel) {
        cancelRequested = NOW.minusSeconds(5);
        deadline = deadlineOfCancel;
        return this;
    }

    TestingFacts expired() {
        expired = true;
        return this;
    }

    TestingFacts redrivenAs(TaskId task) {
        redrivenAs = task;
        return this;
    }

    TestingFacts owned(boolean claimed, boolean alive, boolean left) {
        owner = new Facts.Owner("d1", claimed, alive, NOW.minusSeconds(1), left);
        return this;
    }

    TestingFacts adopted(String... by) {
        adopters = List.of(by);
        return this;
    }

    /** Steps in this order, a second apart, the last one now. */
    TestingFacts said(String... steps) {
        for (var i = 0; i < steps.length; i++) {
            evidence.add(
                    new Explanation.Evidence(
                            NOW.minusSeconds(steps.length - 1L - i),
                            steps[i],
                            "dispatcher:d1",
                            "words of " + steps[i]));
        }
        return this;
    }

    Facts pending() {
        return new Facts.Pending(task(TaskState.PENDING), evidence, live, depths, 200, ahead);
    }

    Facts queuedOn(String queue) {
        return new Facts.Queued(
                task(TaskState.QUEUED, queue),
                evidence,
                live,
                depths.getOrDefault(queue, new StreamDepth.Known(0)),
                new Facts.Line(ahead, believed),
                Duration.ofSeconds(30));
    }

    Facts owned(TaskState state) {
        return new Facts.Owned(
                task(state), evidence, live, owner, adopters, Duration.ofSeconds(60));
    }

    Facts ended(TaskState state, @Nullable FailureKind kind, @Nullable String message) {
        return new Facts.Ended(
                task(state),
                evidence,
                new Facts.End(null, kind, message, /* unverified= */ false, expired, redrivenAs));
    }

    private Facts.Task task(TaskState state) {
        return task(state, null);
    }

    private Facts.Task task(TaskState state, @Nullable String queue) {
        return new Facts.Task(
                TaskId.parse("0190a5d0-0000-7000-8000-000000000001"),
                state,
                new RuntimeTarget(RuntimeType.LOCAL, null),
                attempt,
                maxAttempts,
                NOW,
                new Facts.Times(
                        ACCEPTED,
                        available,
                        queuedAt,
                        state.isOwned() ? ACCEPTED.plusSeconds(1) : null,
                        null,
                        cancelRequested,
                        deadline),
                queue,
                waitingReason,
                before);
    }
}
